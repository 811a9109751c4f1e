# Prints what a conversion needs to know about a host. Changes nothing.
# $1 old data folder, $2 old folder of the write-ahead log or empty, $3 new data folder, $4 new folder of the log or empty
# $5 folder for the backup; then files whose hash is needed
# uses: fact

ids() { # folder
    for ids_segment in "$1"/*.wal; do
        if [ -r "$ids_segment" ]; then od -An -v -tx1 -N 128 -- "$ids_segment" | tr -d ' \n'; break; fi
    done
}
there() { # data folder, folder of the log: etcd 2.3 has a log and no database
    if [ -e "$1/member/snap/db" ]; then echo yes; return; fi
    for there_segment in "$2"/*.wal; do
        if [ -e "$there_segment" ]; then echo log; return; fi
    done
    echo no
}
device() { # path, or the nearest folder above it
    device_path=$1
    while [ -n "$device_path" ] && [ ! -e "$device_path" ]; do device_path=${device_path%/*}; done
    stat -c %d -- "${device_path:-/}"
}
fact old "$(there "$1" "${2:-$1/member/wal}")" "$(ids "${2:-$1/member/wal}")"
fact new "$(there "$3" "${4:-$3/member/wal}")" "$(ids "${4:-$3/member/wal}")"
data=$1
if [ ! -e "$1/member" ]; then data=$3; fi
# shellcheck disable=SC2046,SC2086 # split on purpose; an empty name is left out
set -- "$1" "$2" "$3" "$4" "$5" $(du -skc -- "$data" $2 2>/dev/null | tail -n 1) "$@"
fact size "$6"
fact device "$([ "$(device "$1")" = "$(device "$3")" ] && echo same)" "$([ -z "$2" ] || [ "$(device "$2")" = "$(device "$4")" ] && echo same)"
shift 12
for file in "$@"; do
    if [ -r "$file" ]; then fact hash "$file" "$(sha256sum <"$file" | cut -d ' ' -f 1)"; fi
done
