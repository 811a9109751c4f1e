# Prints a line monitor=... with the cluster of each timer of a kind that this user has on this machine.
# $1 word of the kind
# uses: monitor_places
# shellcheck disable=SC2154 # monitor_places sets them

set -u
HOME=${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}
monitor_places '' "$1"
for timer in "$units/$name"*.timer; do
    [ -f "$timer" ] || continue
    timer=${timer#"$units/$name"}
    echo "monitor=${timer%.timer}"
done
