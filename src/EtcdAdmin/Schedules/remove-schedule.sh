# Stops a schedule and removes its files. Snapshots are kept.
# $1 timer, $2 service, $3 state folder, $4 folder of the files, then files
# uses: forget_schedule

set -u
timer=$1 service=$2 state=$3 own=$4
shift 4
systemctl --quiet disable --now "$timer" 2>/dev/null
systemctl stop "$service" 2>/dev/null
for file in "$@"; do rm -f -- "$file" "$file.before"; done
forget_schedule "$state" "$own"
systemctl daemon-reload
systemctl reset-failed "$timer" "$service" 2>/dev/null
exit 0
