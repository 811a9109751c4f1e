# lock_holders FILE [MODE]: prints the processes that have a file locked, one a line; MODE, READ or WRITE, selects the kind of lock.
# bbolt locks the database of a running member with flock(2), etcd its log with fcntl(2) or flock(2), whatever the program is
# called; /proc/locks names the holder of such a lock, except for fcntl's locks of open files.
lock_suspects() { # inode, mode: the processes that /proc/locks names
    # The kernel counts through its list anew for every read. The shell reads byte by byte: when a lock further up is released
    # meanwhile, an entry is passed over. cat reads whole pages.
    # shellcheck disable=SC2002
    cat /proc/locks | while read -r _ lock_kind _ lock_mode lock_process lock_place _; do
        case $lock_kind in FLOCK | POSIX | OFDLCK) ;; *) continue ;; esac
        if [ "${lock_place##*:}" != "$1" ] || [ "${2:-$lock_mode}" != "$lock_mode" ]; then continue; fi
        if [ -d "/proc/$lock_process/fd" ]; then echo "$lock_process"; continue; fi
        # It has ended and a child has the file open, or no process is named: it may be any.
        for lock_folder in /proc/[0-9]*; do echo "${lock_folder#/proc/}"; done
    done
}
lock_holders() {
    if [ ! -r /proc/locks ]; then return; fi
    lock_inode=$(stat -L -c %i -- "$1" 2>/dev/null) || return 0
    # A list of more than a page, about 60 locks, can still change from page to page.
    for _ in 1 2 3; do
        lock_found=$(lock_suspects "$lock_inode" "${2:-}" | sort -u -n | while read -r lock_process; do
            for lock_open in "/proc/$lock_process/fd"/*; do
                # shellcheck disable=SC3013 # dash, bash and busybox have -ef
                if [ "$lock_open" -ef "$1" ]; then echo "$lock_process"; break; fi
            done
        done)
        if [ -n "$lock_found" ]; then echo "$lock_found"; return; fi
    done
}
