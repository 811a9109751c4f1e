using EtcdAdmin.Clusters;

namespace EtcdAdmin.Maintenance.Defragmentation;

/// <summary>The defragmentation of one member.</summary>
public sealed record EtcdDefragmentation
{
    /// <summary>The cluster.</summary>
    public required EtcdCluster Cluster { get; init; }

    /// <summary>The member's name.</summary>
    public required string Member { get; init; }

    /// <summary>Whether it was defragmented; false if it would not have paid, see <see cref="Reason"/>.</summary>
    public bool Defragmented { get; init; }

    /// <summary>The size of its database file before, in bytes.</summary>
    public long SizeBeforeBytes { get; init; }

    /// <summary>The size of its database file now, in bytes.</summary>
    public long SizeBytes { get; init; }

    /// <summary>The bytes that were released to its disk.</summary>
    public long FreedBytes => Math.Max(0, SizeBeforeBytes - SizeBytes);

    /// <summary>How long it did not serve; zero if it was not defragmented.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Why it was not defragmented; null if it was.</summary>
    public string? Reason { get; init; }
}
