# Runs on this machine: keeps etcd from the terminal's Ctrl+C, and ends it when the input ends, with whoever holds the other end.
# $1 file for what etcd says, then etcd and its arguments

trap '' INT TERM HUP
exec 3<&0
log=$1
shift
"$@" </dev/null >"$log" 2>&1 3<&- &
# The shell knows that etcd is its child until it has waited for it, so the process id cannot be somebody else's.
etcd=$!
( read -r _ <&3; kill -KILL "$etcd" ) &
watcher=$!
wait "$etcd"
code=$?
kill -KILL "$watcher" 2>/dev/null
exit "$code"
