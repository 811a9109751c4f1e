# Makes the data of a member from a snapshot, completely or not at all.
# $1 tool, $2 snapshot, $3 new data folder, $4 name, $5 peer URL, $6 initial cluster, $7 token
# $8 by how much revisions are raised, 0 for nothing, $9 whether to skip the hash check of the snapshot (yes, no)
# ${10} new folder of the write-ahead log or empty, ${11} the user that owns the files, or empty
# uses: have_parent

set -u
umask 077
tool=$1 snapshot=$2 folder=$3 bump=$8 skip=$9 wal=${10} user=${11}
have_parent "$folder" "$user"
if [ -n "$wal" ]; then have_parent "$wal" "$user"; fi
set -- --data-dir "$folder" --name "$4" --initial-advertise-peer-urls "$5" --initial-cluster "$6" --initial-cluster-token "$7"
if [ "$bump" != 0 ]; then set -- "$@" --bump-revision "$bump" --mark-compacted; fi
if [ "$skip" = yes ]; then set -- "$@" --skip-hash-check; fi
if [ -n "$wal" ]; then set -- "$@" --wal-dir "$wal"; rm -rf -- "$wal"; fi
rm -rf -- "$folder"
if ETCDCTL_API=3 "$tool" snapshot restore "$snapshot" "$@" >"$folder.log" 2>&1; then
    rm -f -- "$folder.log"
    if [ -n "$user" ]; then chown -R -- "$user:$user" "$folder" ${wal:+"$wal"} || exit 1; fi
    exit 0
fi
tail -n 3 -- "$folder.log" >&2
rm -rf -- "$folder" "$folder.log" ${wal:+"$wal"}
exit 1
