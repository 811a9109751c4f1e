# Prints the output of etcd in the run that was started last and in the latest run, which systemd may have started since. If
# etcd printed nothing, prints the messages of systemd about the unit. Does not print the output of an earlier stop.
# $1 unit, $2 the file with the id of the run that start-unit.sh wrote

set -- "$1" "$(cat -- "$2" 2>/dev/null)" "$(systemctl show --property=InvocationID --value "$1" 2>/dev/null)" "$(stat -c %Y -- "$2" 2>/dev/null)"
said=$(journalctl "_SYSTEMD_UNIT=$1" ${2:+"_SYSTEMD_INVOCATION_ID=$2"} ${3:+"_SYSTEMD_INVOCATION_ID=$3"} --lines=200 --output=cat --no-pager --quiet 2>/dev/null)
# journald cannot assign lines to a run if their process ended before journald looked at it.
if [ -z "$said" ] && [ -n "$4" ]; then
    said=$(journalctl "_SYSTEMD_UNIT=$1" --since="@$4" --lines=200 --output=cat --no-pager --quiet 2>/dev/null)
fi
if [ -z "$said" ] && [ -n "$2$3" ]; then
    said=$(journalctl ${2:+"INVOCATION_ID=$2"} ${3:+"INVOCATION_ID=$3"} --lines=5 --output=cat --no-pager --quiet 2>/dev/null)
fi
if [ -n "$said" ]; then printf '%s\n' "$said"; else journalctl --unit="$1" --lines=5 --output=cat --no-pager --quiet 2>/dev/null; fi
