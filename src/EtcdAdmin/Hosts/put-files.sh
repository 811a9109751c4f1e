# Writes files, each completely or not at all, all in one script: over a connection each would be a round trip.
# Folders that are missing are made, for everybody to read.
# Arguments: five for each file: its path, mode, owner or nothing, length, SHA-256 or nothing
# Standard input: the contents one after the other, then a dot: it tells that nothing was cut off

set -eu
checks=
# The mode is set while the file is still empty, so a key is never readable by others. head -c is in POSIX.1-2024 and in every
# older system seen; it takes no byte more than it is told. Files with a checksum are the large ones: they are hashed and flushed
# while the next one arrives. Programs are started as few as can be: on a small host that is what takes the time.
receive() { # path, mode, owner, length, checksum
    umask 022
    [ -d "${1%/*}" ] || mkdir -p -- "${1%/*}"
    umask 077
    [ ! -e "$1.part" ] || rm -f -- "$1.part"
    : >"$1.part"
    [ "$2" = 0600 ] || chmod -- "$2" "$1.part"
    if [ -n "$3" ]; then chown -- "$3" "$1.part"; fi
    head -c "$4" >>"$1.part"
    if [ -n "$5" ]; then
        check "$1.part" "$5" </dev/null &
        checks="$checks $!"
    fi
}
check() { # file, checksum
    sum=$(sha256sum <"$1")
    if [ "${sum%% *}" != "$2" ]; then
        echo "${1%.part}: its checksum is wrong; it was changed on the way" >&2
        exit 1
    fi
    sync -- "$1" 2>/dev/null || sync
}
receive_all() { while [ $# -ge 5 ]; do receive "$1" "$2" "$3" "$4" "$5"; shift 5; done; }
# Before the rename, so that a power cut leaves the old file or the new one.
sync_others() {
    left=$(($# / 5))
    while [ "$left" -gt 0 ]; do
        if [ -z "$5" ]; then set -- "$@" "$1.part"; fi
        shift 5
        left=$((left - 1))
    done
    [ $# -eq 0 ] || sync -- "$@" 2>/dev/null || sync
}
rename_all() { while [ $# -ge 5 ]; do mv -f -- "$1.part" "$1"; shift 5; done; }

put_all() {
    receive_all "$@"
    if [ "$(head -c 1)" != . ]; then
        echo "the files did not arrive whole" >&2
        exit 1
    fi
    for check in $checks; do wait "$check" || exit 1; done
    sync_others "$@"
    rename_all "$@"
}
# In a shell of its own, so that whatever fails there (a full disk, an owner that is not known) leaves no part behind.
set +e
(
    set -e
    put_all "$@"
)
code=$?
if [ "$code" -ne 0 ]; then
    while [ $# -ge 5 ]; do rm -f -- "$1.part"; shift 5; done
fi
exit "$code"
