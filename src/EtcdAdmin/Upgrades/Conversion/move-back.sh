# Moves the data of a stopped member back to its old folders, with its old owner. Prints whether the old unit was enabled.
# $1 old data folder, $2 new data folder, $3 old folder of the write-ahead log or empty, $4 the new one or empty
# $5 folder with what move-in.sh and leave-unit.sh kept, $6 the old unit, $7 yes if the old unit runs etcd 2.3
# uses: require_unused flush

set -eu
old=$1 new=$2 old_log=$3 new_log=$4 kept=$5
require_unused "$new"
if [ -s "$kept/owner" ]; then
    owner=$(cat -- "$kept/owner")
    if [ -e "$new/member" ] && [ ! -e "$old/member" ]; then
        mkdir -p -- "$old"
        mv -T -- "$new/member" "$old/member"
    fi
    # Segments that etcd 3.0 prepared and never used.
    if [ "$7" = yes ]; then rm -f -- "$old/member/wal"/*.tmp; fi
    if [ -n "$old_log" ]; then
        if [ "$7" = yes ]; then rm -f -- "$new_log"/*.tmp; fi
        for segment in "$new_log"/*.wal; do
            if [ -e "$segment" ]; then mv -- "$segment" "$old_log/"; fi
        done
        rmdir -- "$new_log" 2>/dev/null || true
        chown -R -- "$owner" "$old_log"
    fi
    if [ "$7" = yes ]; then
        # etcd 3.0 made it, and no key was ever in it. etcd 2.3 does not start beside it.
        rm -f -- "$old/member/snap/db"
    fi
    rmdir -- "$new" 2>/dev/null || true
    chown -R -- "$owner" "$old"
    flush "$old" ${old_log:+"$old_log"}
fi
if [ -d "$kept/drop-ins" ] && [ ! -e "/etc/systemd/system/$6.d" ]; then mv -T -- "$kept/drop-ins" "/etc/systemd/system/$6.d"; fi
cat -- "$kept/own-unit" 2>/dev/null || true
