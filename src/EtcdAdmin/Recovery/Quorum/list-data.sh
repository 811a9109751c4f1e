# Lists the data of a member, one line each: "now" and seconds; "data" and folder; "wal" and folder; "kept"; "gzip"; "space" and
# "logspace" with free KB, used KB and the file system; "db" or "segment" with size, time of the last change and path; "blocked"
# with the reason why a file cannot be read; "held" with the process that has locked a file, the file, and the command. Times
# are seconds since 1970.
# $1 data folder, $2 the log's folder or empty, $3 and $4 where an earlier attempt may have moved both, or empty
# uses: lock_holders

set -u
# The shell sees a folder that it may not list as empty.
look() { # options, path: a missing path is not an error
    said=$(LC_ALL=C ls "$1" -- "$2" 2>&1 >/dev/null) && return 0
    case $said in *'No such file or directory'*) ;; *) echo "blocked $(printf '%s' "$said" | tr '\n' ' ')" ;; esac
}
held() { # file
    for process in $(lock_holders "$1" WRITE); do
        printf 'held %s %s\t%s\n' "$process" "$1" "$(tr '\0\n\t' '   ' <"/proc/$process/cmdline")"
    done
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
    held "$2"
    if [ -f "$2" ]; then echo "$1 $(stat -L -c '%s %Y' -- "$2" 2>/dev/null || stat -L -f '%z %m' -- "$2") $2"; fi
}
tell db "$data/member/snap/db"
for segment in "$wal"/*.wal; do tell segment "$segment"; done
