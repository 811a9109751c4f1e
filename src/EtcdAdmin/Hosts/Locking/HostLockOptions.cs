namespace EtcdAdmin.Hosts.Locking;

/// <summary>The time limits of a lock.</summary>
/// <remarks>The host's limit is the longest of the three, counted from the last sign of life that reached it. So a disconnected holder knows that it
/// has lost the lock before another can take it.</remarks>
internal sealed record HostLockOptions
{
    /// <summary>Full path on the host. Not in <c>/run/lock</c>, where every user may write: another user could hold a lock there, or replace the file
    /// with a link.</summary>
    public string Path { get; init; } = "/run/etcdadmin.lock";

    /// <summary>The interval of the holder's signs of life.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The time without an answer after which the holder considers the lock lost.</summary>
    public TimeSpan AnswerLimit { get; init; } = TimeSpan.FromSeconds(14);

    /// <summary>The time without a sign of life after which the host releases the lock.</summary>
    public TimeSpan HostLimit { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The clock for times and waits.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
