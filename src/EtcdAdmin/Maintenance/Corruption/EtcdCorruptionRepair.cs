using EtcdAdmin.Clusters;

namespace EtcdAdmin.Maintenance.Corruption;

/// <summary>The result of replacing a member whose data was damaged.</summary>
public sealed record EtcdCorruptionRepair
{
    /// <summary>The cluster.</summary>
    public required EtcdCluster Cluster { get; init; }

    /// <summary>The member that was replaced.</summary>
    public required string Member { get; init; }

    /// <summary>Its host.</summary>
    public required string HostName { get; init; }

    /// <summary>The folder on the host with its damaged data, kept as evidence; null if there was none.</summary>
    public string? EvidencePath { get; init; }

    /// <summary>The folder with its write-ahead log, where that has a disk of its own; null if it is in <see cref="EvidencePath"/>.</summary>
    public string? EvidenceWalPath { get; init; }

    /// <summary>What was wrong with it, as a sentence.</summary>
    public required string Finding { get; init; }

    /// <summary>The revisions at which the data of all voters was proved to be equal afterwards.</summary>
    public IReadOnlyList<long> ComparedRevisions { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"{Member}: replaced, damaged data in {EvidencePath ?? "no folder"}";
}
