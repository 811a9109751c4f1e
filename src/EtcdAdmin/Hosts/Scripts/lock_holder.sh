# lock_holder DATABASE: prints the process that has a database locked. bbolt locks the database of a running member with flock(2),
# whatever its program is called; /proc/locks says who holds such a lock.
lock_holder() {
    if [ ! -e "$1" ] || [ ! -r /proc/locks ]; then return; fi
    lock_inode=$(stat -L -c %i -- "$1")
    while read -r _ lock_kind _ _ lock_process lock_place _; do
        if [ "$lock_kind" != FLOCK ] || [ "${lock_place##*:}" != "$lock_inode" ]; then continue; fi
        for lock_open in "/proc/$lock_process/fd"/*; do
            # shellcheck disable=SC3013 # dash, bash and busybox have -ef
            if [ "$lock_open" -ef "$1" ]; then echo "$lock_process"; return; fi
        done
    done </proc/locks
}
