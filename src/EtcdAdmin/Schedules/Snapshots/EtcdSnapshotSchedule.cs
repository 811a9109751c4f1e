namespace EtcdAdmin.Schedules.Snapshots;

/// <summary>The state of a cluster's snapshot schedule on one host.</summary>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="HostName">The host.</param>
/// <param name="Member">The member on this host.</param>
public sealed record EtcdSnapshotSchedule(string Cluster, string HostName, string Member)
{
    /// <summary>Whether the schedule is registered on this host; null if the host could not be asked.</summary>
    public bool? Registered { get; init; }

    /// <summary>Whether the schedule works on this host.</summary>
    public bool Healthy { get; init; }

    /// <summary>The problem if it does not work, otherwise the result of the last run.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The times of the runs, as systemd calendar expressions.</summary>
    public IReadOnlyList<string> Calendars { get; init; } = [];

    /// <summary>The time of the next run; null if the timer is off.</summary>
    public DateTimeOffset? NextRun { get; init; }

    /// <summary>The time of the last run; null if there was none.</summary>
    public DateTimeOffset? LastRun { get; init; }

    /// <summary>The result of the last run: <c>taken</c>, <c>done by</c> another host, or <c>failed</c>; null if there was none.</summary>
    public string? LastResult { get; init; }

    /// <summary>The time of the last snapshot taken by this host; null if there was none.</summary>
    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>The path of that snapshot on the host.</summary>
    public string? LastPath { get; init; }

    /// <summary>The size of that snapshot in bytes.</summary>
    public long? LastSize { get; init; }

    /// <summary>The revision of that snapshot.</summary>
    public long? LastRevision { get; init; }

    /// <summary>The last error; null if there was none.</summary>
    public string? LastError { get; init; }

    /// <summary>The time of the last error.</summary>
    public DateTimeOffset? LastErrorTime { get; init; }

    /// <summary>The snapshot folder on the host.</summary>
    public string? Destination { get; init; }

    /// <summary>The number of snapshots in that folder.</summary>
    public int Snapshots { get; init; }

    /// <summary>The total size of these snapshots in bytes.</summary>
    public long SnapshotBytes { get; init; }

    /// <summary>The place in an S3 store that snapshots are copied to; null for none.</summary>
    public string? S3Destination { get; init; }

    /// <summary>The time when this host last copied a snapshot there; null if it never did.</summary>
    public DateTimeOffset? LastCopied { get; init; }

    /// <summary>
    /// The number of this host's snapshots that were not in the store after the last run; null without a store, or before the first run.
    /// </summary>
    public long? NotCopied { get; init; }
}
