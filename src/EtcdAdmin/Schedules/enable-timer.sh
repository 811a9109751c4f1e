# Starts a timer, now and after each boot, when its files have been written.
# Arguments: timer

set -eu
systemctl --quiet enable "$1"
systemctl restart "$1"
