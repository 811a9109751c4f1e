# Makes the folders of a schedule, the first two private to the user, and keeps copies of the present files. Folders below a
# folder of the user are made as that user: root would follow links that the user puts there.
# $1 user or empty, $2 state folder, $3 destination of snapshots or empty, $4 folder of the files, then files
# uses: as_user

set -eu
user=$1 own=$4
for folder in "$2" "$3"; do
    if [ -z "$folder" ] || [ -d "$folder" ]; then continue; fi
    # shellcheck disable=SC2016 # it is the inner shell that expands these
    if [ -n "$user" ] && as_user "$user" sh -c 'umask 077; mkdir -p -- "$1"' sh "$folder" 2>/dev/null </dev/null; then continue; fi
    parent=${folder%/*} place=${folder%/*}
    while [ -n "$user" ] && [ -n "$place" ]; do
        if [ -n "$(find "$place" -prune -user "$user" 2>/dev/null)" ]; then
            echo "$folder cannot be made by $user, whose $place it is in" >&2
            exit 1
        fi
        place=${place%/*}
    done
    mkdir -p -- "${parent:-/}"
    mkdir -m 0700 -- "$folder"
    [ -z "$user" ] || chown -h -- "$user:$user" "$folder"
done
if [ ! -d "$own" ]; then mkdir -p -- "${own%/*}"; mkdir -m 0755 -- "$own"; fi
shift 4
for file in "$@"; do
    rm -f -- "$file.before"
    [ ! -e "$file" ] || cp -p -- "$file" "$file.before"
done
: >"$own/prepared"
