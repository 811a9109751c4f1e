using EtcdAdmin.Clusters;

namespace EtcdAdmin.Maintenance.History;

/// <summary>A compaction of a cluster's history.</summary>
public sealed record EtcdCompaction
{
    /// <summary>The cluster.</summary>
    public required EtcdCluster Cluster { get; init; }

    /// <summary>The oldest revision that can still be read; 0 if the history is shorter than what is kept.</summary>
    public required long Revision { get; init; }

    /// <summary>The revision of the cluster at that time.</summary>
    public required long CurrentRevision { get; init; }

    /// <summary>With an age: the time at which the cluster was known to have <see cref="Revision"/>; otherwise null.</summary>
    public DateTimeOffset? RevisionTime { get; init; }

    /// <summary>With an age: where time and revision were recorded, <c>health history</c> or the path of a snapshot; otherwise null.</summary>
    public string? RevisionSource { get; init; }

    /// <summary>Whether this command deleted history; false if there was nothing left to delete.</summary>
    public bool Compacted { get; init; }

    /// <summary>Whether it waited until all members had deleted the history from their databases. Learners are not asked.</summary>
    public bool Physical { get; init; }
}
