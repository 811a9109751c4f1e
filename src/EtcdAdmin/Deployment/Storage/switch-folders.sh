# Takes the copy into use, with a configuration and a unit that were written beside the present ones. A second run completes an
# interrupted run.
# $1 old folder, $2 new folder, $3 name for the old data
# $4 configuration, $5 path of the unit, $6 new configuration, $7 new unit
# uses: work_alone require_stopped flush

set -eu
work_alone
require_stopped "${5##*/}"
if [ ! -e "$2/data.moving/member" ] && [ ! -e "$2/data/member" ]; then echo "there is no member's data in $2" >&2; exit 3; fi
# The unit is disabled during the switch: if the host reboots, it must not start etcd without data. The old data is moved aside
# before anything points to the new data, so that etcd can never run on both.
systemctl --quiet disable "${5##*/}"
if [ -e "$1/data" ]; then mv -- "$1/data" "$1/$3"; fi
if [ -e "$2/data.moving" ]; then mv -T -- "$2/data.moving" "$2/data"; fi
mv -f -- "$6" "$4"
mv -f -- "$7" "$5"
flush "$2" "$1" "$4"
systemctl daemon-reload
systemctl --quiet enable "${5##*/}"
