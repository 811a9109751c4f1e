# Moves the data of a stopped member back to its old folders, with its old owner. Prints whether the old unit was enabled.
# $1 old data folder, $2 new data folder, $3 old folder of the write-ahead log or empty, $4 the new one or empty
# $5 folder with what move-in.sh and leave-unit.sh kept, $6 the old unit
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
    if [ -n "$old_log" ]; then
        for segment in "$new_log"/*.wal; do
            if [ -e "$segment" ]; then mv -- "$segment" "$old_log/"; fi
        done
        rmdir -- "$new_log" 2>/dev/null || true
        chown -R -- "$owner" "$old_log"
    fi
    rmdir -- "$new" 2>/dev/null || true
    chown -R -- "$owner" "$old"
    flush "$old" ${old_log:+"$old_log"}
fi
if [ -d "$kept/drop-ins" ] && [ ! -e "/etc/systemd/system/$6.d" ]; then mv -T -- "$kept/drop-ins" "/etc/systemd/system/$6.d"; fi
cat -- "$kept/own-unit" 2>/dev/null || true
