# require_unused DATA: ends the script with 3 if a process has the database or the log in a data folder open. etcd 2.3 has no
# database.
# uses: lock_holders
require_unused() {
    for unused_file in "$1/member/snap/db" "$1/member/wal"/*.wal; do
        if [ ! -e "$unused_file" ]; then continue; fi
        unused_by=$(lock_holders "$unused_file" | head -n 1)
        if [ -n "$unused_by" ]; then echo "process $unused_by has the data in $1 open" >&2; exit 3; fi
    done
}
