# Prints the process id of a member without a supervisor, or nothing.
# $1 pid file, $2 configuration file
# uses: find_process

pid= # find_process sets it
if find_process "$1" "$2"; then echo "$pid"; fi
