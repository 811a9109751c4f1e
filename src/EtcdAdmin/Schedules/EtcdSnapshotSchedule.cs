namespace EtcdAdmin.Schedules;

/// <summary>How a host of a cluster stands with the cluster's snapshot schedule.</summary>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="HostName">The host.</param>
/// <param name="Member">The member on it.</param>
public sealed record EtcdSnapshotSchedule(string Cluster, string HostName, string Member)
{
    /// <summary>Whether the host takes part; null where it could not be asked.</summary>
    public bool? Registered { get; init; }

    /// <summary>Whether all is well.</summary>
    public bool Healthy { get; init; }

    /// <summary>Why not; else what the last run came to.</summary>
    public string Reason { get; init; } = "";

    /// <summary>When it is started, as systemd's timers say it.</summary>
    public IReadOnlyList<string> Calendars { get; init; } = [];

    /// <summary>When it starts next; null where the timer is off.</summary>
    public DateTimeOffset? NextRun { get; init; }

    /// <summary>When it last ran; null where it never did.</summary>
    public DateTimeOffset? LastRun { get; init; }

    /// <summary>What that came to: <c>taken</c>, <c>done by</c> another host, <c>failed</c>; null where it never ran.</summary>
    public string? LastResult { get; init; }

    /// <summary>When it last took a snapshot itself; null where it never did.</summary>
    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>That snapshot, on the host.</summary>
    public string? LastPath { get; init; }

    /// <summary>Bytes of it.</summary>
    public long? LastSize { get; init; }

    /// <summary>The store's revision in it.</summary>
    public long? LastRevision { get; init; }

    /// <summary>What went wrong last; null where nothing ever did.</summary>
    public string? LastError { get; init; }

    /// <summary>When that was.</summary>
    public DateTimeOffset? LastErrorTime { get; init; }

    /// <summary>The folder on the host.</summary>
    public string? Destination { get; init; }

    /// <summary>How many snapshots are in it.</summary>
    public int Snapshots { get; init; }

    /// <summary>How many bytes they have.</summary>
    public long SnapshotBytes { get; init; }

    /// <summary>The place in a store that snapshots are copied to; null for none.</summary>
    public string? S3Destination { get; init; }

    /// <summary>When the host last copied one there; null where it never did.</summary>
    public DateTimeOffset? LastCopied { get; init; }

    /// <summary>How many of its own the store had not got after the last run; null where there is no store, or none ran yet.</summary>
    public long? NotCopied { get; init; }
}
