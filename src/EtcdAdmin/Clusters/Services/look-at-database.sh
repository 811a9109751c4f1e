# Prints the process that has the database of a member open, or nothing, and the usage of its disks, in one round trip.
# $1 data folder, $2 folder of the write-ahead log or empty
# uses: lock_holders disk_facts

lock_holders "$1/member/snap/db" | head -n 1
disk_facts "$1" "$2"
