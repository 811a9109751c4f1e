# Checks whether a host can run a schedule. Prints problems as lines problem=... and full=..., then the next starts of
# the calendar expressions.
# $1 folder of the programs, $2 destination of snapshots or empty, $3 to $5 folders of etcd, $6 and $7 folders of the schedule; $2 must not be in any
# of $3 to $7
# $8 user or empty, then calendar expressions
# uses: calendar_starts

set -u
TZ=UTC LC_ALL=C
export TZ LC_ALL
bin=$1 destination=$2
[ -x "$bin/etcdctl" ] || echo "problem=$bin/etcdctl is not there"
for tool in head tail od sha256sum df sort sed grep sync uname ${8:+runuser}; do
    command -v "$tool" >/dev/null || echo "problem=it has no $tool"
done
real=$(readlink -f -- "$destination" 2>/dev/null)
within() { # folder or empty
    if [ -z "$1" ] || [ -z "$destination" ]; then return 1; fi
    for place in "$destination" "$real"; do
        case $place/ in "$1"/*) return 0 ;; esac
    done
    return 1
}
for folder in "$3" "$4" "$5"; do
    if within "$folder"; then echo "problem=$destination is within $folder, which is etcd's own"; fi
done
for folder in "$6" "$7"; do
    if within "$folder"; then echo "problem=$destination is within $folder, which is for the schedule itself"; fi
done
if [ -e "$destination" ] && [ ! -d "$destination" ]; then echo "problem=$destination is not a folder"; fi
require_room() { # path, kilobytes
    place=$1
    while [ -n "$place" ] && [ ! -d "$place" ]; do place=${place%/*}; done
    df -Pk -- "${place:-/}" 2>/dev/null | {
        read -r _
        read -r _ _ _ free _ mount
        if [ -n "$free" ] && [ "$free" -lt "$2" ]; then echo "full=$((free / 1024)) MB left on $mount, and $((($2 + 1023) / 1024)) MB are needed for $1"; fi
    }
}
database=$(stat -c %s -- "$3/member/snap/db" 2>/dev/null) || database=0
[ -z "$destination" ] || require_room "$destination" $((database / 1024 + database / 10240 + 65536))
require_room "$6" 1024
require_room "$7" 1024
shift 8
if ! command -v systemd-analyze >/dev/null; then echo "problem=it has no systemd-analyze to check the times with"; exit 0; fi
for calendar in "$@"; do
    if ! said=$(systemd-analyze calendar "$calendar" 2>&1); then
        echo "problem=systemd does not understand '$calendar': $(printf '%s' "$said" | tail -n 1)"
        continue
    fi
    calendar_starts "$calendar"
done
