# calendar_starts EXPRESSION: prints a line elapse=... for each of the next starts of a systemd calendar expression, in UTC,
# then an empty line.
# Requires TZ=UTC and LC_ALL=C.
calendar_starts() {
    systemd-analyze calendar --iterations=50 "$1" 2>/dev/null </dev/null |
        sed -n -e 's/^ *Next elapse: *[A-Z][a-z][a-z] \([0-9-]* [0-9:]*\) UTC$/elapse=\1/p' \
            -e 's/^ *Iter[a-z]*\.* #[0-9]*: *[A-Z][a-z][a-z] \([0-9-]* [0-9:]*\) UTC$/elapse=\1/p'
    echo elapse=
}
