# Cuts an incomplete record off the end of a stopped member's log. The cut bytes are kept in a file beside it.
# $1 last file of the log, $2 end of its last complete record, $3 bytes of the incomplete one
# etcd does that at its start, but it copies the whole file to *.broken before (server/storage/wal/repair.go). On a full disk that copy is incomplete,
# and takes the last free space, so it is removed here if it has nothing that the file has not.

set -eu
umask 077
copy=$1.broken
if [ -f "$copy" ] && head -c "$(wc -c <"$copy")" -- "$1" | cmp -s - "$copy"; then rm -f -- "$copy"; fi
tail -c "+$(($2 + 1))" -- "$1" | head -c "$3" >"$1.$2.torn"
[ "$(wc -c <"$1.$2.torn")" -eq "$3" ]
sync
dd if=/dev/null of="$1" bs=1 seek="$2" 2>/dev/null
sync
