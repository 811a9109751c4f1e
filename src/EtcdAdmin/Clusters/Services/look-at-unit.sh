# Prints the process id of a unit (0 for none) and the usage of its member's disks, in one round trip.
# $1 data folder, $2 folder of the write-ahead log or empty, $3 unit
# uses: disk_facts

systemctl show --property=MainPID --value "$3"
disk_facts "$1" "$2"
