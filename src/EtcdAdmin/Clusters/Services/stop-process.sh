# Stops the etcd of a member without a supervisor.
# $1 pid file, $2 configuration file, $3 tenths of a second to wait before etcd is killed
# uses: find_process

set -u
pid= # find_process sets it
if ! find_process "$1" "$2"; then rm -f -- "$1"; exit 0; fi
# On TERM, etcd transfers leadership and closes its files. KILL is for an etcd that hangs; its next start only takes longer.
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
