# Exits with 44 if the data of a member is missing, with 45 if it cannot be checked. The reason is on standard error.
# $1 database, $2 folder of the write-ahead log
# uses: require_data

require_data "$1" "$2"
