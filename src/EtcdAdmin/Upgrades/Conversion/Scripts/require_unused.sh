# require_unused DATA: ends the script with 3 if a process has the database in a data folder open.
# uses: lock_holders
require_unused() {
    unused_by=$(lock_holders "$1/member/snap/db" | head -n 1)
    if [ -n "$unused_by" ]; then echo "process $unused_by has the data in $1 open" >&2; exit 3; fi
}
