# Writes files, each completely or not at all, all in one script: over a connection, each file would need a round trip. Creates
# missing folders, readable for all users.
# Arguments: five for each file: its path, mode, owner or empty, length, SHA-256 or empty
# Standard input: the contents one after the other, then a dot, which shows that nothing was cut off

set -eu
checks=
# The mode is set while the file is still empty, so other users can never read a key. head -c is in POSIX.1-2024 and in all
# older systems seen so far; it reads exactly the given number of bytes. Large files have a checksum: they are hashed and flushed
# while the next one arrives. On a small host, starting programs takes most of the time, so this script starts as few as
# possible.
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
# Flush before the rename, so that a power cut leaves either the old file or the new one.
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
# In a subshell, so that no failure there (a full disk, an unknown owner) leaves a temporary file behind.
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
