using EtcdAdmin.Clusters;
using EtcdAdmin.Recovery.Restore;

namespace EtcdAdmin.Recovery.Undo;

/// <summary>A restore that has been undone; proved. It can be undone itself.</summary>
public sealed record EtcdRestoreUndo
{
    /// <summary>The cluster, as it is now.</summary>
    public required EtcdCluster Cluster { get; init; }

    /// <summary>What <c>Undo-EtcdRestore</c> calls this undo.</summary>
    public required string Id { get; init; }

    /// <summary>The restore that was undone.</summary>
    public required string Undid { get; init; }

    /// <summary>The cluster's revision now.</summary>
    public required long Revision { get; init; }

    /// <summary>The revision that it had before the undo; null where no member answered.</summary>
    public long? RevisionBefore { get; init; }

    /// <summary>By how much revisions were raised above those of the data from before.</summary>
    public required long RevisionBump { get; init; }

    /// <summary>How many keys the cluster has now.</summary>
    public required long TotalKeys { get; init; }

    /// <summary>The hash of all keys and values, the same on every member.</summary>
    public required uint Hash { get; init; }

    /// <summary>The data that was replaced, where it was put.</summary>
    public required IReadOnlyList<EtcdRestoreBackup> Backup { get; init; }

    /// <summary>The command that undoes this undo.</summary>
    public required string UndoCommand { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Cluster}: restore {Undid} undone: revision {Revision}, {TotalKeys} keys";
}

/// <summary>A restore, or the undo of one, of which the data from before is kept.</summary>
public sealed record EtcdRestorePoint
{
    /// <summary>The cluster.</summary>
    public required EtcdCluster Cluster { get; init; }

    /// <summary>What <c>Undo-EtcdRestore</c> calls it.</summary>
    public required string Id { get; init; }

    /// <summary>When it was begun.</summary>
    public required DateTimeOffset Begun { get; init; }

    /// <summary>The snapshot file; null for an undo, and where it was not noted.</summary>
    public string? Path { get; init; }

    /// <summary>The restore that it undid; null for a restore.</summary>
    public string? Undid { get; init; }

    /// <summary>The undo by which it was undone; null where it can be undone.</summary>
    public string? UndoneBy { get; init; }

    /// <summary>Whether its data from before is still aside, as far as is noted here.</summary>
    public bool CanUndo => UndoneBy is null;

    /// <summary>The revision that the cluster had before it; null where no member answered.</summary>
    public long? RevisionBefore { get; init; }

    /// <summary>The revision right after it; null where it was not noted.</summary>
    public long? Revision { get; init; }

    /// <summary>The members that the cluster had before it.</summary>
    public required IReadOnlyList<string> Members { get; init; }

    /// <summary>What it put aside, as far as it was noted.</summary>
    public required IReadOnlyList<EtcdRestoreBackup> Backup { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Id;
}
