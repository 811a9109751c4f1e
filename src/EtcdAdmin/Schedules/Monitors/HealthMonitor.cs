namespace EtcdAdmin.Schedules.Monitors;

/// <summary>The health monitor of a cluster: how often this machine checks the cluster, and with which command.</summary>
public sealed record HealthMonitor
{
    /// <summary>The default of <see cref="Every"/>.</summary>
    public static readonly TimeSpan UsualInterval = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The time from one check to the next: whole minutes that divide an hour, at least five; whole hours that divide a day; or a day.
    /// </summary>
    public TimeSpan Every { get; init; } = UsualInterval;

    /// <summary>
    /// The program that makes a check, and its arguments; none of them may be a secret. It checks the health of the cluster with the profile in
    /// <c>ETCDADMIN_HOME</c>, records it, and prints it in one line. If it cannot do that, its exit code is not 0, and the last line of its standard
    /// error says why.
    /// </summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>The full path of the module's file, without which the command cannot work.</summary>
    public required string Module { get; init; }

    /// <summary>How long members and hosts may take to answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The full path of the folder into which the command writes metrics for node_exporter; null for none.</summary>
    public string? Destination { get; init; }

    /// <summary>The full path of the folder with the cluster's snapshots; null for none.</summary>
    public string? SnapshotPath { get; init; }
}
