# Prints a line monitor=... with the cluster of each health monitor that this user has on this machine.
# uses: monitor_places
# shellcheck disable=SC2154 # monitor_places sets them

set -u
HOME=${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}
monitor_places ''
for timer in "$units/$name"*.timer; do
    [ -f "$timer" ] || continue
    timer=${timer#"$units/$name"}
    echo "monitor=${timer%.timer}"
done
