using EtcdAdmin.Clusters;
using EtcdAdmin.Recovery.Restore;

namespace EtcdAdmin.Recovery.Undo;

/// <summary>A verified undo of a restore. The undo can itself be undone.</summary>
public sealed record EtcdRestoreUndo
{
    /// <summary>The cluster after the undo.</summary>
    public required EtcdCluster Cluster { get; init; }

    /// <summary>The id of this undo, for <c>Undo-EtcdRestore</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The id of the restore that was undone.</summary>
    public required string Undid { get; init; }

    /// <summary>The cluster's revision after the undo.</summary>
    public required long Revision { get; init; }

    /// <summary>The cluster's revision before the undo; null if no member answered.</summary>
    public long? RevisionBefore { get; init; }

    /// <summary>By how much revisions were raised above those of the old data.</summary>
    public required long RevisionBump { get; init; }

    /// <summary>The number of keys in the cluster after the undo.</summary>
    public required long TotalKeys { get; init; }

    /// <summary>The hash of all keys and values, the same on every member.</summary>
    public required uint Hash { get; init; }

    /// <summary>The replaced data, kept by this undo.</summary>
    public required IReadOnlyList<EtcdRestoreBackup> Backup { get; init; }

    /// <summary>The command that undoes this undo.</summary>
    public required string UndoCommand { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Cluster}: restore {Undid} undone: revision {Revision}, {TotalKeys} keys";
}

/// <summary>A restore, or the undo of a restore, whose old data is still kept.</summary>
public sealed record EtcdRestorePoint
{
    /// <summary>The cluster.</summary>
    public required EtcdCluster Cluster { get; init; }

    /// <summary>Its id, for <c>Undo-EtcdRestore</c>.</summary>
    public required string Id { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Begun { get; init; }

    /// <summary>The snapshot file; null for an undo, and if not recorded.</summary>
    public string? Path { get; init; }

    /// <summary>The id of the restore that this undo undid; null for a restore.</summary>
    public string? Undid { get; init; }

    /// <summary>The id of the undo that undid it; null if it can still be undone.</summary>
    public string? UndoneBy { get; init; }

    /// <summary>Whether its old data is still kept, as far as recorded here.</summary>
    public bool CanUndo => UndoneBy is null;

    /// <summary>The cluster's revision before it; null if no member answered.</summary>
    public long? RevisionBefore { get; init; }

    /// <summary>The cluster's revision right after it; null if not recorded.</summary>
    public long? Revision { get; init; }

    /// <summary>The members of the cluster before it.</summary>
    public required IReadOnlyList<string> Members { get; init; }

    /// <summary>What it kept, as far as recorded.</summary>
    public required IReadOnlyList<EtcdRestoreBackup> Backup { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Id;
}
