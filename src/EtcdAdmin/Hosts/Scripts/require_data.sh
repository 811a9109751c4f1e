# require_data DATABASE WAL-FOLDER: ends the script with 44 if one of them is missing, and prints which to standard error (log,
# database, data). etcd treats a member without a *.wal file as a new member (wal.Exist in server/storage/wal/util.go), and
# creates an empty database if the database is missing. DATABASE is empty for etcd 2.3, which has none.
# uses: is_there has_log
require_data() {
    if [ -z "$1" ] || is_there "$1"; then database=yes; else database=no; fi
    if has_log "$2"; then log=yes; else log=no; fi
    case $database-$log in
        yes-yes) return 0 ;;
        yes-no) echo log >&2 ;;
        no-yes) echo database >&2 ;;
        *) echo data >&2 ;;
    esac
    exit 44
}
