# Gives a stopped member room to start on a full disk.
# $1 data, $2 write-ahead log
# etcd keeps an empty file for the next part of its log, and may leave an unfinished copy of its database. It makes both again, so no data is lost. A
# folder in the place of the first keeps etcd from reserving it again at its start, which would fill the disk at once.

set -eu
for file in "$2"/*.tmp "$1"/member/snap/db.tmp.*; do
    if [ -f "$file" ]; then rm -f -- "$file"; fi
done
[ -d "$2/0.tmp" ] || mkdir -- "$2/0.tmp"
