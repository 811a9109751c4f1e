using EtcdAdmin.Checks.Results;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Health.History;
using EtcdAdmin.Drills;
using EtcdAdmin.Schedules.Maintenance;
using EtcdAdmin.Schedules.Renewals;
using EtcdAdmin.Schedules.Snapshots;
using EtcdAdmin.Upgrades.Checks;
using EtcdAdmin.Upgrades.Versions;

namespace EtcdAdmin.Checks.Facts;

/// <summary>Everything that the checks look at, read once.</summary>
internal sealed record CheckFacts
{
    /// <summary>The cluster.</summary>
    public required EtcdCluster Cluster { get; init; }

    /// <summary>The options.</summary>
    public required CheckOptions Options { get; init; }

    /// <summary>The time of the checks.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The health of the cluster.</summary>
    public required ClusterHealth Health { get; init; }

    /// <summary>The members.</summary>
    public required IReadOnlyList<MemberFacts> Members { get; init; }

    /// <summary>Whether authentication is on.</summary>
    public required Fact<AuthStatus> Authentication { get; init; }

    /// <summary>The schedule on each host.</summary>
    public required Fact<IReadOnlyList<EtcdSnapshotSchedule>> Schedules { get; init; }

    /// <summary>The maintenance schedule on each host.</summary>
    public required Fact<IReadOnlyList<EtcdMaintenanceSchedule>> Maintenance { get; init; }

    /// <summary>The renewal of certificates by this machine and by each host; empty for a cluster without certificates of EtcdAdmin.</summary>
    public required Fact<IReadOnlyList<EtcdCertificateRenewal>> Renewals { get; init; }

    /// <summary>The newest snapshot on this machine; null in it where none was found.</summary>
    public required Fact<SnapshotSearch> Snapshots { get; init; }

    /// <summary>The last drill of a snapshot of this cluster.</summary>
    public required Fact<DrillSearch> Drills { get; init; }

    /// <summary>What is known about the support of versions.</summary>
    public required Fact<ReleaseSupport> Support { get; init; }

    /// <summary>The recorded health of the cluster.</summary>
    public required Fact<IReadOnlyList<EtcdHealthRecord>> History { get; init; }

    /// <summary>A result for the cluster or one member.</summary>
    public EtcdCheck Result(
        string check, CheckSeverity severity, string finding, string? evidence = null, string? remedy = null, string? member = null) => new()
        {
            Cluster = Cluster.Name,
            Member = member,
            Check = check,
            Severity = severity,
            Finding = finding,
            Evidence = evidence,
            Remedy = remedy,
        };

    /// <summary>The result of a check whose fact is not known.</summary>
    /// <param name="check">The check.</param>
    /// <param name="fact">The fact, without a value.</param>
    /// <param name="member">The member; null for the cluster.</param>
    /// <param name="remedy">What to do if it should be known.</param>
    public EtcdCheck NotKnown<T>(string check, Fact<T> fact, string? member = null, string? remedy = null)
        where T : class => Result(check, fact.IsAbsent ? CheckSeverity.NotApplicable : CheckSeverity.Unknown, $"Not checked: {fact.Why}", null,
            fact.IsAbsent ? null : remedy, member);
}

/// <summary>The search for snapshots on this machine.</summary>
/// <param name="Places">The folders.</param>
/// <param name="Newest">The newest; null if none was found.</param>
internal sealed record SnapshotSearch(IReadOnlyList<string> Places, NewestSnapshot? Newest);

/// <summary>The search for a drill.</summary>
/// <param name="Path">The audit file.</param>
/// <param name="Last">The last drill; null if none was found.</param>
internal sealed record DrillSearch(string Path, DrillEntry? Last);
