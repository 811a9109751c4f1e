# require_data DATABASE WAL-FOLDER: ends the script where one of them is missing, with 44 and what is missing on standard error
# (log, database, data). etcd takes a member without a *.wal file for a new one (wal.Exist in server/storage/wal/util.go), and
# makes an empty database where there is none.
# uses: is_there has_log
require_data() {
    if is_there "$1"; then database=yes; else database=no; fi
    if has_log "$2"; then log=yes; else log=no; fi
    case $database-$log in
        yes-yes) return 0 ;;
        yes-no) echo log >&2 ;;
        no-yes) echo database >&2 ;;
        *) echo data >&2 ;;
    esac
    exit 44
}
