namespace EtcdAdmin.Hosts.Locking;

/// <summary>The script that holds a host's lock, and the words of its output.</summary>
internal static class HostLockScript
{
    /// <summary>First word of the answer: the lock was taken.</summary>
    public const string Taken = "taken";

    /// <summary>First word of the answer: another operation has the lock; the line of its holder follows.</summary>
    public const string Held = "held";

    /// <summary>
    /// Sent before the answer if it takes a while: the script waits for another operation that has the lock; the line of its holder
    /// follows.
    /// </summary>
    public const string Waiting = "waiting";

    /// <summary>Holds the lock as long as the holder sends signs of life.</summary>
    public static string Text => ShellScript.Of(typeof(HostLockScript), "hold-lock");
}
