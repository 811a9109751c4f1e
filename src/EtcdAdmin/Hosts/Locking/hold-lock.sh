# Holds a host's lock for as long as lines come on standard input. Every line is a sign of life, and is answered with itself.
# $1 lock file
# $2 the holder's line, for others who want the lock
# $3 seconds without a sign of life after which the lock is released
# $4 seconds to wait for that
# Prints "taken" when the lock is ours; "held" and the holder's line where somebody else has it; before either, where that takes a
# while, "waiting" and the holder's line.

command -v flock >/dev/null || { echo "there is no flock (it comes with util-linux)" >&2; exit 1; }
# Whoever may read the file may lock it too.
umask 077
exec 9>>"$1" || exit 1
if ! flock -n 9; then
    # A holder that gives signs is not waited for. One that was cut off gives none any more: its lock goes soon, and what wants it
    # is often the same command again. The time of the lock file tells of the signs.
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
# The kernel lets go of a lock with the last process that holds it: children that wait do not inherit it. timeout and head, as a
# POSIX read cannot give up waiting.
while sign=$(timeout "$3" head -n 1 9>&-) && [ -n "$sign" ]; do
    touch -c -- "$1" 9>&-
    printf '%s\n' "$sign"
done
: >"$1"
