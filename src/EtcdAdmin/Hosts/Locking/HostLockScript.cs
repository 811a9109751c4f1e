namespace EtcdAdmin.Hosts.Locking;

/// <summary>What holds a host's lock there, and what it says.</summary>
internal static class HostLockScript
{
    /// <summary>First word of the answer: the lock is ours.</summary>
    public const string Taken = "taken";

    /// <summary>First word of the answer: somebody else has it; the holder's line follows.</summary>
    public const string Held = "held";

    /// <summary>Comes before the answer where that takes a while: somebody else has it and is waited for; the holder's line follows.</summary>
    public const string Waiting = "waiting";

    // Every line on standard input is a sign of life, and is answered with itself; the time of the lock file tells others of it.
    // $1 lock file, $2 the holder's line, $3 seconds without a sign of life after which the lock goes, $4 seconds to wait for that.
    // A holder that gives signs is not waited for. One that was cut off gives none any more: its lock goes soon, and what wants
    // it is often the same command again.
    // Whoever may read the file may lock it too, hence umask. The kernel lets go of a lock with the last process that holds it:
    // children that wait do not inherit it (9>&-). timeout and head, as a POSIX read cannot give up waiting.
    public const string Text = """
        command -v flock >/dev/null || { echo "there is no flock (it comes with util-linux)" >&2; exit 1; }
        umask 077
        exec 9>>"$1" || exit 1
        if ! flock -n 9; then
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
        while sign=$(timeout "$3" head -n 1 9>&-) && [ -n "$sign" ]; do
            touch -c -- "$1" 9>&-
            printf '%s\n' "$sign"
        done
        : >"$1"
        """;
}
