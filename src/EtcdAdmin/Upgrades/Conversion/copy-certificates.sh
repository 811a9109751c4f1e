# Copies certificates and keys to their new places, readable by the member's user.
# $1 user; then for each file: source, target, mode

set -eu
user=$1
shift
while [ $# -gt 2 ]; do
    # shellcheck disable=SC3013 # dash, bash and busybox have -ef
    if [ ! "$1" -ef "$2" ]; then
        rm -f -- "$2.part"
        (umask 077 && cp -L -- "$1" "$2.part")
        mv -f -- "$2.part" "$2"
    fi
    chmod "$3" -- "$2"
    chown -- "$user:$user" "$2"
    shift 3
done
