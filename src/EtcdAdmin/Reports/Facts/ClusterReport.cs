using EtcdAdmin.Checks.Results;
using EtcdAdmin.Clusters.Health.History;
using EtcdAdmin.Schedules.Snapshots;

namespace EtcdAdmin.Reports.Facts;

/// <summary>Everything that a report says about one cluster. It contains no passwords, keys or tokens.</summary>
public sealed record ClusterReport
{
    /// <summary>The cluster's name.</summary>
    public required string Cluster { get; init; }

    /// <summary>When its facts were read.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The health in one line: <c>Healthy with 3 known peers</c>.</summary>
    public required string Summary { get; init; }

    /// <summary>Whether it accepts writes, and why, as a sentence.</summary>
    public required string State { get; init; }

    /// <summary>The worst severity of all checks, but at least <see cref="CheckSeverity.Ok"/>.</summary>
    public CheckSeverity Severity => Checks.Select(check => check.Severity).Where(IsVerdict).DefaultIfEmpty(CheckSeverity.Ok).Max();

    /// <summary>The addresses that were asked.</summary>
    public required IReadOnlyList<string> Endpoints { get; init; }

    /// <summary>The members.</summary>
    public required IReadOnlyList<MemberReport> Members { get; init; }

    /// <summary>The results of all checks.</summary>
    public required IReadOnlyList<EtcdCheck> Checks { get; init; }

    /// <summary>The certificates that the members serve, and the one of this machine.</summary>
    public required IReadOnlyList<CertificateReport> Certificates { get; init; }

    /// <summary>The recorded health, the oldest first; empty without a history.</summary>
    public required IReadOnlyList<EtcdHealthRecord> History { get; init; }

    /// <summary>The snapshot schedule on each host; empty if there is none, or if the hosts are not managed.</summary>
    public required IReadOnlyList<EtcdSnapshotSchedule> Schedules { get; init; }

    /// <summary>The path of the newest snapshot on this machine; null if none was found.</summary>
    public string? NewestSnapshot { get; init; }

    /// <summary>When that snapshot was saved.</summary>
    public DateTimeOffset? NewestSnapshotTime { get; init; }

    /// <summary>When a snapshot was last tried by a drill; null if that is not known.</summary>
    public DateTimeOffset? LastDrill { get; init; }

    /// <summary>Whether that drill passed.</summary>
    public bool? LastDrillPassed { get; init; }

    /// <summary>The configuration of each member whose host is managed.</summary>
    public required IReadOnlyList<ConfigurationReport> Configurations { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Cluster}: {Summary}";

    private static bool IsVerdict(CheckSeverity severity) => severity is not (CheckSeverity.NotApplicable or CheckSeverity.Info);
}

/// <summary>What a report says about one member. Null means "not known".</summary>
public sealed record MemberReport
{
    /// <summary>Its name.</summary>
    public required string Member { get; init; }

    /// <summary>Its host; null if EtcdAdmin does not manage it.</summary>
    public string? HostName { get; init; }

    /// <summary>The address at which it was read.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Whether it is healthy.</summary>
    public required bool Healthy { get; init; }

    /// <summary>Its role, or why it is not healthy.</summary>
    public required string Reason { get; init; }

    /// <summary>The running version.</summary>
    public string? Version { get; init; }

    /// <summary>The size of its database file in bytes.</summary>
    public long? DbSizeBytes { get; init; }

    /// <summary>The size in use, in bytes.</summary>
    public long? DbSizeInUseBytes { get; init; }

    /// <summary>The size at which it refuses writes, in bytes: etcd's default if it reports no other. Null without a limit.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>The days until then, at the growth of the recorded history.</summary>
    public double? DaysUntilQuota { get; init; }

    /// <summary>The free space on its disk in bytes.</summary>
    public long? DiskFreeBytes { get; init; }

    /// <summary>How long a linearizable read took, in milliseconds.</summary>
    public double? LatencyMilliseconds { get; init; }
}

/// <summary>What a report says about one certificate.</summary>
/// <param name="Member">The member; null for the certificate of this machine.</param>
/// <param name="Place">The URL at which it is served, or what it is for.</param>
/// <param name="Subject">Its subject.</param>
/// <param name="Issuer">Its issuer.</param>
/// <param name="NotBefore">When it becomes valid.</param>
/// <param name="NotAfter">When it expires.</param>
/// <param name="DaysLeft">The full days until then; negative once it has expired.</param>
public sealed record CertificateReport(
    string? Member, string Place, string Subject, string Issuer, DateTimeOffset NotBefore, DateTimeOffset NotAfter, int DaysLeft);

/// <summary>What a report says about the configuration of one member.</summary>
/// <param name="Member">The member.</param>
/// <param name="Path">The file on its host.</param>
/// <param name="Settings">Its settings, without secrets.</param>
/// <param name="Drift">The differences from the profile, as texts.</param>
/// <param name="RestartPending">Whether the process runs with an older file.</param>
public sealed record ConfigurationReport(
    string Member, string Path, IReadOnlyDictionary<string, string> Settings, IReadOnlyList<string> Drift, bool RestartPending);
