# Prints the name of the timer that monitors the health of a cluster from this machine, if this user has one with this home.
# $1 cluster, $2 EtcdAdmin's home, as a quoted word
# uses: monitor_places
# shellcheck disable=SC2154 # monitor_places sets them

set -u
monitor_places "$1"
if [ -f "$units/$name.timer" ] && grep -qxF -- "home=$2" "$own/health-monitor.conf" 2>/dev/null; then echo "$name.timer"; fi
exit 0
