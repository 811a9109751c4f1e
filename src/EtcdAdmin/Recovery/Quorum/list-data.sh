# Lists the data of a member, one line each: "now" and seconds, "data" and folder, "wal" and folder, "kept", "gzip", "space" and
# "logspace" with free KB, used KB and the file system, "db" or "segment" with size, time of the last change and path, "blocked"
# with why a file cannot be read, and "held" with the process that has a file locked, the file, and its command. Times are
# seconds since 1970.
# $1 data folder, $2 the log's folder or empty, $3 and $4 where an earlier attempt may have moved both, or empty

set -u
# To the shell, a folder that it may not list looks empty.
look() { # options, path: a missing path is no obstacle
    said=$(LC_ALL=C ls "$1" -- "$2" 2>&1 >/dev/null) && return 0
    case $said in *'No such file or directory'*) ;; *) echo "blocked $(printf '%s' "$said" | tr '\n' ' ')" ;; esac
}
# etcd's log is locked with fcntl(2) or flock(2), its database with flock(2); /proc/locks names the holder of such a lock, but for
# fcntl's locks of open files, which name no process.
holders() { # file
    inode=$(stat -L -c %i -- "$1" 2>/dev/null) || return 0
    while read -r _ kind _ mode process place _; do
        case $kind in FLOCK | POSIX | OFDLCK) ;; *) continue ;; esac
        if [ "$mode" != WRITE ] || [ "${place##*:}" != "$inode" ]; then continue; fi
        if [ ! -d "/proc/$process/fd" ]; then # it has ended and a child process has the file open, or no process is named
            for open in /proc/[0-9]*/fd/*; do
                # shellcheck disable=SC3013 # dash, bash and busybox have -ef
                if [ "$open" -ef "$1" ]; then process=${open#/proc/} process=${process%%/*}; break; fi
            done
        fi
        for open in "/proc/$process/fd"/*; do
            # shellcheck disable=SC3013 # dash, bash and busybox have -ef
            if [ "$open" -ef "$1" ]; then
                printf 'held %s %s\t%s\n' "$process" "$1" "$(tr '\0\n\t' '   ' <"/proc/$process/cmdline")"
                break
            fi
        done
    done </proc/locks
}
look -dL "$1/member"
if [ -n "$3" ] && [ ! -e "$1/member" ] && [ -e "$3/member" ]; then data=$3; else data=$1; fi
if [ -z "$2" ]; then wal=$data/member/wal
elif [ -n "$4" ] && [ "$data" = "$3" ] && [ -e "$4" ]; then wal=$4
else wal=$2; fi
echo "now $(date +%s)"
echo "data $data"
echo "wal $wal"
if [ -n "$3" ] && [ -e "$3" ]; then echo kept; fi
if command -v gzip >/dev/null 2>&1; then echo gzip; fi
room() { # kind, folder
    kind=$1 used=0 place=${2%/*}
    if [ -e "$2" ]; then
        # shellcheck disable=SC2046 # split on purpose
        set -- $(du -skL -- "$2")
        used=$1
    fi
    while [ ! -e "$place" ] && [ -n "$place" ]; do place=${place%/*}; done
    # shellcheck disable=SC2046 # split on purpose
    set -- $(df -Pk -- "${place:-/}" | tail -n 1)
    echo "$kind ${4:-0} ${used:-0} ${1:-} ${6:-}"
}
room space "$data"
if [ -n "$2" ]; then room logspace "$wal"; fi
look -L "$data/member/snap"
look -L "$wal"
tell() { # kind, path
    look -dL "$2"
    if [ -r /proc/locks ] && [ -f "$2" ]; then holders "$2"; fi
    if [ -f "$2" ]; then echo "$1 $(stat -L -c '%s %Y' -- "$2" 2>/dev/null || stat -L -f '%z %m' -- "$2") $2"; fi
}
tell db "$data/member/snap/db"
for segment in "$wal"/*.wal; do tell segment "$segment"; done
