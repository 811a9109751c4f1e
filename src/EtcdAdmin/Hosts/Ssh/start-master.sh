# Runs on this machine: starts the ssh that stays in the background and keeps nothing of ours open.
# $1 the file for what it says, then the program and its arguments

# The background process keeps what it inherits: with our pipes open in it, reading them would wait for its end.
log=$1
shift
exec "$@" </dev/null >/dev/null 2>>"$log"
