# Holds the lock of a host as long as lines arrive on standard input. Every line is a sign of life and is sent back.
# $1 lock file
# $2 the holder's line, shown to other clients that want the lock
# $3 seconds without a sign of life after which the lock is released
# $4 seconds to wait for this release
# Prints "taken" when it has the lock, or "held" and the holder's line if another client has it. While it waits, it first prints
# "waiting" and the holder's line.

command -v flock >/dev/null || { echo "there is no flock (it comes with util-linux)" >&2; exit 1; }
# Every user who may read the file may also lock it.
umask 077
exec 9>>"$1" || exit 1
if ! flock -n 9; then
    # Do not wait for a holder that sends signs of life. A holder that was cut off sends none, and its lock is released soon;
    # often the same command wants it again. The modification time of the lock file shows the last sign.
    echo waiting
    holder=$(head -n 1 -- "$1")
    printf '%s\n' "$holder"
    last=$(stat -c %y -- "$1")
    left=$4
    until flock -w 1 9; do
        left=$((left - 1))
        [ "$left" -gt 0 ] && [ "$(stat -c %y -- "$1")" = "$last" ] && continue
        echo held
        head -n 1 -- "$1"
        exit 0
    done
fi
printf '%s\n' "$2" >"$1"
echo taken
# The kernel releases a lock with the last process that holds it, so children that wait must not inherit it. timeout and head
# are used because a POSIX read has no timeout.
while sign=$(timeout "$3" head -n 1 9>&-) && [ -n "$sign" ]; do
    touch -c -- "$1" 9>&-
    printf '%s\n' "$sign"
done
: >"$1"
