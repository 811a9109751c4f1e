using EtcdAdmin.Clusters;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>A cluster that has been restored and proved.</summary>
public sealed record EtcdRestore
{
    /// <summary>The cluster, as it is now.</summary>
    public required EtcdCluster Cluster { get; init; }

    /// <summary>The snapshot file.</summary>
    public required string Path { get; init; }

    /// <summary>The cluster's revision right after the restore.</summary>
    public required long Revision { get; init; }

    /// <summary>By how much it was raised above the snapshot's.</summary>
    public required long RevisionBump { get; init; }

    /// <summary>Why by so much: the highest revision that was known, and from where; null where nothing was raised.</summary>
    public string? BumpReason { get; init; }

    /// <summary>How many keys the snapshot and now the cluster have.</summary>
    public required long TotalKeys { get; init; }

    /// <summary>The hash of all keys and values, the same on every member.</summary>
    public required uint Hash { get; init; }

    /// <summary>The data from before of each member; empty where it was not to be kept or there was none.</summary>
    public required IReadOnlyList<EtcdRestoreBackup> Backup { get; init; }

    /// <summary>What <c>Undo-EtcdRestore</c> calls this restore.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// The command that undoes it: the data of all members, their configuration, the profile, and members that left the cluster. Null where
    /// the old was not to be kept.
    /// </summary>
    public string? UndoCommand { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Cluster} restored from {Path}: revision {Revision}, {TotalKeys} keys";
}
