# Ends with 44 where the data of a member is missing, with 45 where that cannot be seen; why is on standard error.
# $1 database, $2 folder of the write-ahead log
# uses: require_data

require_data "$1" "$2"
