using EtcdAdmin.Clusters.Health;

namespace EtcdAdmin.Checks.Facts;

/// <summary>Options of the checks of a cluster.</summary>
public sealed record CheckOptions
{
    /// <summary>How long members and hosts may take to answer. Default 5 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A certificate that is valid for fewer days is a warning. Default 30.</summary>
    public int WarnDays { get; init; } = HealthOptions.DefaultWarnDays;

    /// <summary>A snapshot that is older is a warning. Default one day and two hours: a daily schedule may run late.</summary>
    public TimeSpan SnapshotAge { get; init; } = TimeSpan.FromHours(26);

    /// <summary>A drill (test restore) that is older is a warning. Default 35 days.</summary>
    public TimeSpan DrillAge { get; init; } = TimeSpan.FromDays(35);

    /// <summary>Folders on this machine with snapshots, besides the folder for snapshots before version changes.</summary>
    public IReadOnlyList<string> SnapshotPaths { get; init; } = [];

    /// <summary>The audit file for drills; null if there is none.</summary>
    public string? DrillAuditPath { get; init; }

    /// <summary>Chooses the checks by name; null makes all.</summary>
    public Func<string, bool>? Includes { get; init; }
}
