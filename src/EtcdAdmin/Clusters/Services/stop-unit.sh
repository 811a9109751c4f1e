# Stops a unit, and waits until it has ended.
# $1 unit

set -u
if [ "$(systemctl show --property=LoadState --value "$1")" = not-found ]; then exit 0; fi
systemctl stop "$1"
