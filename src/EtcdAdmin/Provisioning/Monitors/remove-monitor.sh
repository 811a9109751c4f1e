# Stops a timer for a cluster on this machine and removes its files. The recorded health is kept.
# $1 cluster, $2 word of the kind
# uses: monitor_places own_systemd forget_schedule
# shellcheck disable=SC2154 # monitor_places sets them

set -u
monitor_places "$1" "$2"
own_systemd
systemctl --quiet disable --now "$name.timer" 2>/dev/null
systemctl stop "$name.service" 2>/dev/null
for file in "$units/$name.timer" "$units/$name.service" "$own"/*.sh "$own"/*.conf; do rm -f -- "$file" "$file.before"; done
forget_schedule "$state" "$own"
systemctl daemon-reload
systemctl reset-failed "$name.timer" "$name.service" 2>/dev/null
[ ! -e "$units/$name.timer" ]
