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

    /// <summary>Holds the lock for as long as the holder gives signs of life.</summary>
    public static string Text => ShellScript.Of(typeof(HostLockScript), "hold-lock");
}
