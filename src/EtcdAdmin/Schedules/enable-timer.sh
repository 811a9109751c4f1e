# Starts a timer now and at each boot, after its files were written.
# $1 timer

set -eu
systemctl --quiet enable "$1"
systemctl restart "$1"
