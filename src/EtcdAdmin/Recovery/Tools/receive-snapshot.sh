# Takes a snapshot from standard input. It is not synced to disk: it is removed as soon as it is restored, and after a power cut
# it is sent again.
# $1 file, $2 its size in bytes, $3 the user that owns its folder if the folder is made, or empty
# uses: have_parent

set -eu
umask 077
have_parent "$1" "$3"
rm -f -- "$1"
cat >"$1"
if [ "$(wc -c <"$1")" -ne "$2" ]; then
    rm -f -- "$1"
    echo "the snapshot did not arrive whole" >&2
    exit 1
fi
