namespace EtcdAdmin.Schedules;

/// <summary>What hosts can do by a timer.</summary>
/// <param name="Word">The word for it in names of files and units.</param>
/// <param name="Noun">The noun of its cmdlets.</param>
/// <param name="HasKeys">Whether it has a file with keys that only the service's user can read.</param>
/// <param name="LocalCommand">The commands that do the same without a timer, on this machine; {0} is the cluster's name.</param>
internal sealed record ScheduleKind(string Word, string Noun, bool HasKeys, string LocalCommand)
{
    /// <summary>Snapshots.</summary>
    public static ScheduleKind Snapshot { get; } = new("snapshot", "EtcdSnapshotSchedule", HasKeys: true,
        "Save-EtcdSnapshot {0} -Destination ~/backups; Remove-EtcdSnapshot ~/backups -Keep 7 -Confirm:\\$false");

    /// <summary>Compaction and defragmentation.</summary>
    public static ScheduleKind Maintenance { get; } = new("maintenance", "EtcdMaintenanceSchedule", HasKeys: false,
        "Optimize-EtcdMember * -Cluster {0} -MinimumGainPercent 50 -Confirm:\\$false");

    /// <summary>Recorded health checks, from this machine.</summary>
    public static ScheduleKind Monitor { get; } = new("monitor", "EtcdHealthMonitor", HasKeys: false, "Get-EtcdHealth {0}")
    {
        Title = "health monitor",
        Program = "health-monitor",
    };

    /// <summary>Renewals of certificates, from this machine.</summary>
    public static ScheduleKind Renewal { get; } = new("renewal", "EtcdCertificateRenewal", HasKeys: false,
        "Update-EtcdCertificate {0} -DaysLeft 30 -Confirm:\\$false")
    {
        Title = "certificate renewal",
        Program = "certificate-renewal",
    };

    /// <summary>Renewals of certificates by the hosts themselves.</summary>
    public static ScheduleKind HostRenewal { get; } = new("certificates", "EtcdCertificateRenewal", HasKeys: true,
        "Update-EtcdCertificate {0} -DaysLeft 30 -Confirm:\\$false")
    {
        Title = "certificate renewal",
        RunsAsRoot = true,
    };

    /// <summary>Whether root runs it, and not the member's user.</summary>
    public bool RunsAsRoot { get; private init; }

    /// <summary>Its name in texts.</summary>
    public string Title { get; private init; } = $"{Word} schedule";

    /// <summary>The name of its script and settings.</summary>
    public string Program { get; private init; } = $"{Word}-schedule";

    /// <summary>The cmdlet that registers it.</summary>
    public string RegisterCommand => $"Register-{Noun}";
}
