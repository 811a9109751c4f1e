# lock_holders FILE [MODE]: prints the processes that have locked a file, one per line; MODE, READ or WRITE, selects the kind of
# lock. A running member locks its database (bbolt) with flock(2), and its log with fcntl(2) or flock(2), independent of the
# program's name. /proc/locks names the holder of such a lock, except for locks of open files (fcntl).
lock_suspects() { # inode, mode: the processes that /proc/locks names
    # The kernel restarts its list for every read. The shell reads byte by byte, so it misses an entry if an earlier lock is
    # released in the meantime. cat reads complete pages.
    # shellcheck disable=SC2002
    cat /proc/locks | while read -r _ lock_kind _ lock_mode lock_process lock_place _; do
        case $lock_kind in FLOCK | POSIX | OFDLCK) ;; *) continue ;; esac
        if [ "${lock_place##*:}" != "$1" ] || [ "${2:-$lock_mode}" != "$lock_mode" ]; then continue; fi
        if [ -d "/proc/$lock_process/fd" ]; then echo "$lock_process"; continue; fi
        # The process has ended and a child has the file open, or no process is named: it may be any process.
        for lock_folder in /proc/[0-9]*; do echo "${lock_folder#/proc/}"; done
    done
}
lock_holders() {
    if [ ! -r /proc/locks ]; then return; fi
    lock_inode=$(stat -L -c %i -- "$1" 2>/dev/null) || return 0
    # A list of more than a page, about 60 locks, can still change between pages.
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
