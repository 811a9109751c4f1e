# Prints the name of a timer for a cluster on this machine, if this user has one with this home.
# $1 cluster, $2 EtcdAdmin's home, as a quoted word, $3 word of the kind
# uses: monitor_places
# shellcheck disable=SC2154 # monitor_places sets them

set -u
monitor_places "$1" "$3"
if [ -f "$units/$name.timer" ] && grep -qxF -- "home=$2" "$own"/*.conf 2>/dev/null; then echo "$name.timer"; fi
exit 0
