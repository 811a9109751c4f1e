# Stops the etcd of a member that no supervisor runs.
# $1 pid file, $2 configuration file, $3 tenths of a second to wait before it is killed
# uses: find_process

set -u
pid= # find_process sets it
if ! find_process "$1" "$2"; then rm -f -- "$1"; exit 0; fi
# etcd hands over leadership and closes its files on TERM; KILL is for one that hangs, and costs it nothing but time at its next
# start.
kill -TERM "$pid" 2>/dev/null
left=$3
while [ "$left" -gt 0 ] && find_process "$1" "$2"; do sleep 0.1; left=$((left - 1)); done
if find_process "$1" "$2"; then
    kill -KILL "$pid" 2>/dev/null
    left=50
    while [ "$left" -gt 0 ] && find_process "$1" "$2"; do sleep 0.1; left=$((left - 1)); done
fi
if find_process "$1" "$2"; then echo "process $pid does not end" >&2; exit 1; fi
rm -f -- "$1"
