# Moves the data of a stopped member to its new folders, by renames, and gives it to the member's user. Run again, it carries on.
# $1 old data folder, $2 new data folder, $3 old folder of the write-ahead log or empty, $4 the new one or empty
# $5 user, $6 folder for what move-back.sh needs
# uses: require_unused flush

set -eu
old=$1 new=$2 old_log=$3 new_log=$4 user=$5 kept=$6
require_unused "$old"
require_unused "$new"
if [ -e "$old/member" ]; then
    if [ -e "$new/member" ]; then echo "both $old and $new have data" >&2; exit 1; fi
    # What an interrupted run has written is the original owner.
    if [ ! -s "$kept/owner" ]; then stat -c '%u:%g' -- "$old/member" >"$kept/owner"; fi
    if [ "$(stat -c %d -- "$old/member")" != "$(stat -c %d -- "$new")" ]; then echo "$new is on another file system than $old" >&2; exit 1; fi
    mv -T -- "$old/member" "$new/member"
fi
if [ -n "$old_log" ]; then
    for segment in "$old_log"/*.wal; do
        if [ -e "$segment" ]; then mkdir -p -- "$new_log"; mv -- "$segment" "$new_log/"; fi
    done
    chown -R -- "$user:$user" "$new_log"
    chmod 0700 -- "$new_log"
fi
chown -R -- "$user:$user" "$new"
flush "$new" ${new_log:+"$new_log"}
