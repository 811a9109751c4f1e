using EtcdAdmin.Clusters;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>A restored cluster whose content has been verified.</summary>
public sealed record EtcdRestore
{
    /// <summary>The cluster after the restore.</summary>
    public required EtcdCluster Cluster { get; init; }

    /// <summary>The snapshot file.</summary>
    public required string Path { get; init; }

    /// <summary>The cluster's revision right after the restore.</summary>
    public required long Revision { get; init; }

    /// <summary>By how much the revision was raised above the snapshot's.</summary>
    public required long RevisionBump { get; init; }

    /// <summary>Why revisions were raised: the highest known revision and its source; null if revisions were not raised.</summary>
    public string? BumpReason { get; init; }

    /// <summary>The number of keys in the snapshot, and in the cluster after the restore.</summary>
    public required long TotalKeys { get; init; }

    /// <summary>The hash of all keys and values, the same on every member.</summary>
    public required uint Hash { get; init; }

    /// <summary>The old data of each member; empty if the old data was not kept or there was none.</summary>
    public required IReadOnlyList<EtcdRestoreBackup> Backup { get; init; }

    /// <summary>The id of this restore, for <c>Undo-EtcdRestore</c>.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// The command that undoes the restore: it brings back the data of all members, their configuration, the profile, and members that left the
    /// cluster. Null if the old data was not kept.
    /// </summary>
    public string? UndoCommand { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Cluster} restored from {Path}: revision {Revision}, {TotalKeys} keys";
}
