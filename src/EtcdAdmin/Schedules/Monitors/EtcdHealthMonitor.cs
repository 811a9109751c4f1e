namespace EtcdAdmin.Schedules.Monitors;

/// <summary>The state of the health monitor of a cluster on this machine.</summary>
/// <param name="Cluster">The cluster's name.</param>
public sealed record EtcdHealthMonitor(string Cluster)
{
    /// <summary>Whether the monitor is registered on this machine, for this user.</summary>
    public bool Registered { get; init; }

    /// <summary>Whether the monitor works. That says nothing about the cluster: see <see cref="LastResult"/>.</summary>
    public bool Healthy { get; init; }

    /// <summary>The problem if it does not work, otherwise the result of the last run.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The time from one run to the next.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>The times of the runs, as systemd calendar expressions.</summary>
    public IReadOnlyList<string> Calendars { get; init; } = [];

    /// <summary>The time of the next run; null if the timer is off.</summary>
    public DateTimeOffset? NextRun { get; init; }

    /// <summary>The time of the last run; null if there was none.</summary>
    public DateTimeOffset? LastRun { get; init; }

    /// <summary>The result of the last run: the health of the cluster in one line, or <c>failed</c>; null if there was none.</summary>
    public string? LastResult { get; init; }

    /// <summary>The last error; null if there was none.</summary>
    public string? LastError { get; init; }

    /// <summary>The time of the last error.</summary>
    public DateTimeOffset? LastErrorTime { get; init; }

    /// <summary>The folder into which each run writes metrics for node_exporter; null for none.</summary>
    public string? Destination { get; init; }

    /// <summary>The folder with the snapshots whose newest is part of the metrics; null for none.</summary>
    public string? SnapshotPath { get; init; }

    /// <summary>The folder with the profile of the cluster.</summary>
    public string? Home { get; init; }

    /// <summary>The name of the timer.</summary>
    public string? Timer { get; init; }
}
