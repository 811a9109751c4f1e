# Lists the raft snapshots and the log of a member, one line each: "gzip"; "snap" or "segment" with size and name; "blocked" with the
# reason why a folder cannot be read.
# $1 the folder of the raft snapshots, $2 the folder of the log

set -u
# The shell sees a folder that it may not list as empty.
look() { # folder: a missing one is not an error
    said=$(LC_ALL=C ls -L -- "$1" 2>&1 >/dev/null) && return 0
    case $said in *'No such file or directory'*) ;; *) echo "blocked $(printf '%s' "$said" | tr '\n' ' ')" ;; esac
}
list() { # kind, file
    if [ -f "$2" ]; then echo "$1 $(stat -L -c %s -- "$2" 2>/dev/null || stat -L -f %z -- "$2") ${2##*/}"; fi
}
if command -v gzip >/dev/null 2>&1; then echo gzip; fi
look "$1"
look "$2"
for file in "$1"/*.snap; do list snap "$file"; done
for file in "$2"/*.wal; do list segment "$file"; done
