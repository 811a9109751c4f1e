# Saves a snapshot of a member on its host.
# $1 etcdctl, $2 etcdutl, $3 endpoint, $4 authority, $5 certificate, $6 key; $4 to $6 are empty without TLS
# $7 folder, $8 temporary file in it, $9 name without an extension
# ${10} seconds without a byte after which the save is stopped, ${11} bytes of the database
# Standard input: a line with user:password, or an empty line
# Prints one line each: "size" as the file grows, and at the end "path", "bytes", "sha256", "owner" and "status" with the JSON
# output of etcd's own tool. Exits with 3 if etcdctl is missing, with 4 if no data came, with 5 if the disk has too little
# space, with 6 if the tool that checks the snapshot is missing; in these cases nothing was written.
# uses: reads_snapshots verify_snapshot

set -u
umask 077
ctl=$1 tool=$2 endpoint=$3 ca=$4 cert=$5 key=$6 folder=$7 tmp=$8 name=$9 limit=${10} database=${11}
IFS= read -r ETCDCTL_USER || ETCDCTL_USER=
if [ -n "$ETCDCTL_USER" ]; then export ETCDCTL_USER; else unset ETCDCTL_USER; fi
ETCDCTL_API=3
export ETCDCTL_API
pid=
fail() { # exit code, message
    if [ -n "$pid" ]; then kill "$pid" 2>/dev/null; fi
    rm -f -- "$tmp" "$tmp.part" "$tmp.log"
    if [ -n "${2-}" ]; then echo "$2" >&2; fi
    exit "$1"
}
require_space() { # it may be etcd's own disk, which must not become full
    place=$folder
    while [ -n "$place" ] && [ ! -e "$place" ]; do place=${place%/*}; done
    # shellcheck disable=SC2046 # split on purpose
    set -- $(df -Pk -- "${place:-/}" | tail -n 1)
    [ "$4" -gt $((database / 1024 + database / 10240 + 65536)) ] || fail 5 "$folder is on $6, which has $4 kB free, too little for a database of $database bytes"
}
# A shell without a terminal learns from a broken pipe that its caller has ended.
trap 'fail 1' HUP INT TERM PIPE
[ -x "$ctl" ] || fail 3
require_space
[ -x "$tool" ] || tool=$ctl
reads_snapshots "$tool" || fail 6
owner=
if [ -n "${SUDO_UID-}" ] && [ "$(id -u)" -eq 0 ]; then owner=$SUDO_UID:${SUDO_GID-}; fi
if [ ! -d "$folder" ]; then
    mkdir -p -- "$folder" || fail 1
    if [ -n "$owner" ]; then chown -- "$owner" "$folder" || fail 1; fi
fi
set -- --endpoints "$endpoint"
if [ -n "$ca" ]; then set -- "$@" --cacert "$ca" --cert "$cert" --key "$key"; fi
"$ctl" "$@" snapshot save "$tmp" >"$tmp.log" 2>&1 </dev/null &
pid=$!
last='' since=$(date +%s)
while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2 2>/dev/null || sleep 1
    now=$(date +%s)
    # etcdctl writes to a file with the suffix .part and renames it.
    size=$(wc -c <"$tmp.part") || size=$(wc -c <"$tmp") || size=${last:-0}
    if [ "$size" != "$last" ]; then
        last=$size since=$now
        echo "size $size"
    # If the size is that of pages plus a SHA-256, all data has arrived, and the script waits for the disk, not for the member.
    elif [ $((${last:-0} % 512)) -ne 32 ] && [ $((now - since)) -ge "$limit" ]; then
        fail 4
    fi
done 2>/dev/null
wait "$pid"
code=$?
pid=
[ "$code" -eq 0 ] || fail 1 "$(tail -n 3 -- "$tmp.log")"
[ -f "$tmp" ] || fail 1 "etcdctl said that it was done, and wrote nothing"
rm -f -- "$tmp.log"

sha256='' status='' why='' # verify_snapshot sets them
verify_snapshot "$tmp" "$tool" "$tmp.log" || fail 1 "the file is not whole: $why"
rm -f -- "$tmp.log"
if [ -n "$owner" ]; then chown -- "$owner" "$tmp" || fail 1; fi
sync -- "$tmp" 2>/dev/null || sync

number=1 path=$folder/$name.db
# If the name is in use, ln fails. Not every file system supports links.
until ln -- "$tmp" "$path" 2>/dev/null; do
    if [ ! -e "$path" ]; then
        mv -n -- "$tmp" "$path" || fail 1
        [ -e "$tmp" ] || break
    fi
    number=$((number + 1))
    path=$folder/$name-$number.db
done
rm -f -- "$tmp"
trap - HUP INT TERM PIPE
echo "path $path"
echo "bytes $size"
echo "sha256 $sha256"
echo "owner $owner"
echo "status $status"
