# Finds old data and prints it as tab-separated fields: "kept" with the index of the first place that has a database, its bytes,
# its SHA-256, whether its log has a segment, and whether it has certificates and keys; otherwise "back" if the data is already
# in the data folder. Changes nothing.
# Exits with 45 if a file cannot be read; the file is then not treated as missing.
# $1 data folder, $2 where the rollback script on the host puts restored data, $3 where an interrupted undo put it, or empty
# Then three for each place of old data, the best first: data, write-ahead log or empty, and the folder in the data for files of a
# member that left
# uses: is_there has_log

set -u
present=$1 restored=$2 switched=$3 place=0
shift 3
while [ $# -ge 3 ]; do
    database=$1/member/snap/db log=$1/member/wal segment=no keys=no
    if is_there "$database"; then
        if [ -n "$2" ]; then log=$2; fi
        if has_log "$log"; then segment=yes; fi
        if is_there "$1/$3/pki"; then keys=yes; fi
        sum=$(sha256sum <"$database") || exit 45
        printf 'kept\t%s\t%s\t%s\t%s\t%s\n' "$place" "$(wc -c <"$database")" "${sum%% *}" "$segment" "$keys"
        exit 0
    fi
    place=$((place + 1))
    shift 3
done
if ! is_there "$present/member"; then exit 0; fi
for aside in "$restored" "$switched"; do
    if [ -n "$aside" ] && is_there "$aside"; then printf 'back\t\n'; break; fi
done
exit 0
