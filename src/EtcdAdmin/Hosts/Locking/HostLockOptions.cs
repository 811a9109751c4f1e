namespace EtcdAdmin.Hosts.Locking;

/// <summary>How a lock is kept alive.</summary>
/// <remarks>
/// The host's limit is the longest of the three, counted from the last sign of life that reached it. So a holder that is cut off
/// knows that it has lost the lock before anybody else can have it.
/// </remarks>
internal sealed record HostLockOptions
{
    /// <summary>
    /// Full path on the host. Not in <c>/run/lock</c>, which everybody may write to: another user could hold a lock there, or
    /// put a link in its place.
    /// </summary>
    public string Path { get; init; } = "/run/etcdadmin.lock";

    /// <summary>How often the holder gives a sign of life.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the holder waits for an answer to one before it takes the lock for lost.</summary>
    public TimeSpan AnswerLimit { get; init; } = TimeSpan.FromSeconds(14);

    /// <summary>How long the host waits for one before it lets the lock go.</summary>
    public TimeSpan HostLimit { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>What time it is, and what waits.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
