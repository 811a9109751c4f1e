# Runs on this machine: shields etcd from the terminal's Ctrl+C, and kills etcd when the input ends, which is when the calling process ends.
# $1 log file of etcd, then etcd and its arguments

trap '' INT TERM HUP
exec 3<&0
log=$1
shift
"$@" </dev/null >"$log" 2>&1 3<&- &
# Until the shell has waited for etcd, etcd is its child, so the process ID cannot belong to another process.
etcd=$!
( read -r _ <&3; kill -KILL "$etcd" ) &
watcher=$!
wait "$etcd"
code=$?
kill -KILL "$watcher" 2>/dev/null
exit "$code"
