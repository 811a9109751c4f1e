# Prints the process id of a member without a supervisor, or nothing, and the usage of its disks, in one round trip.
# $1 data folder, $2 folder of the write-ahead log or empty, $3 pid file, $4 configuration file
# uses: find_process disk_facts

pid= # find_process sets it
if find_process "$3" "$4"; then echo "$pid"; fi
disk_facts "$1" "$2"
