namespace EtcdAdmin.Schedules.Maintenance;

/// <summary>The state of a cluster's maintenance schedule on one host.</summary>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="HostName">The host.</param>
/// <param name="Member">The member on this host.</param>
public sealed record EtcdMaintenanceSchedule(string Cluster, string HostName, string Member)
{
    /// <summary>Whether the schedule is registered on this host; null if the host could not be asked.</summary>
    public bool? Registered { get; init; }

    /// <summary>Whether the schedule works on this host.</summary>
    public bool Healthy { get; init; }

    /// <summary>The problem if it does not work, otherwise the result of the last run.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The starts of the windows, as systemd calendar expressions.</summary>
    public IReadOnlyList<string> Calendars { get; init; } = [];

    /// <summary>How long after its start a run may begin to defragment.</summary>
    public TimeSpan? Window { get; init; }

    /// <summary>The time of the next run; null if the timer is off.</summary>
    public DateTimeOffset? NextRun { get; init; }

    /// <summary>The time of the last run; null if there was none.</summary>
    public DateTimeOffset? LastRun { get; init; }

    /// <summary>The result of the last run: what it did, <c>nothing to do</c> and why, or <c>failed</c>; null if there was none.</summary>
    public string? LastResult { get; init; }

    /// <summary>What the last run that did something did; null if there was none.</summary>
    public string? LastAction { get; init; }

    /// <summary>The time of that run.</summary>
    public DateTimeOffset? LastActionTime { get; init; }

    /// <summary>The bytes that the last defragmentation released.</summary>
    public long? LastReleasedBytes { get; init; }

    /// <summary>The oldest revision that the last compaction of this host kept.</summary>
    public long? LastCompacted { get; init; }

    /// <summary>The size of the member's database after the last run, in bytes.</summary>
    public long? DbSizeBytes { get; init; }

    /// <summary>The bytes of it that were in use.</summary>
    public long? DbSizeInUseBytes { get; init; }

    /// <summary>The last error; null if there was none.</summary>
    public string? LastError { get; init; }

    /// <summary>The time of the last error.</summary>
    public DateTimeOffset? LastErrorTime { get; init; }

    /// <summary>The part of a database that must be free for a defragmentation, in percent.</summary>
    public long? FragmentationPercent { get; init; }

    /// <summary>The size from which a database counts as large; null for no such rule.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>The part of its quota from which a database counts as large, in percent.</summary>
    public long? QuotaPercent { get; init; }

    /// <summary>The least that a defragmentation must release, in bytes.</summary>
    public long? MinimumGainBytes { get; init; }

    /// <summary>How many revisions a compaction keeps; null if the schedule never compacts.</summary>
    public long? Keep { get; init; }
}
