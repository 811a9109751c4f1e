# Starts a timer, now and after each boot, when its files have been written.
# $1 timer

set -eu
systemctl --quiet enable "$1"
systemctl restart "$1"
