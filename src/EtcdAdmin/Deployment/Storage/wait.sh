# Waits until no other script that moves data runs on this host.
# uses: work_alone

set -eu
work_alone
