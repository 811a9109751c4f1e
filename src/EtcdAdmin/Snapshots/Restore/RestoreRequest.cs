namespace EtcdAdmin.Snapshots;

/// <summary>What to restore, and how carefully.</summary>
public sealed record RestoreRequest
{
    /// <summary>The snapshot file on this machine.</summary>
    public required string Path { get; init; }

    /// <summary>The version it was taken from, where that is known better than the file tells.</summary>
    public EtcdVersion? Version { get; init; }

    /// <summary>Accepts a snapshot of another minor version.</summary>
    public bool AllowVersionMismatch { get; init; }

    /// <summary>Accepts a file without the trailing SHA-256, as a copy of <c>member/snap/db</c> is.</summary>
    public bool SkipHashCheck { get; init; }

    /// <summary>Deletes the old data once the new has been proved, instead of keeping it beside.</summary>
    public bool SkipBackup { get; init; }

    /// <summary>
    /// By how much revisions are raised above the snapshot's, so that watchers never see them go back; 0 raises nothing. Null
    /// chooses: nothing for a cluster that was never written to, else enough to pass its revision by a wide margin.
    /// </summary>
    public long? RevisionBump { get; init; }

    /// <summary>How long the members have to become healthy.</summary>
    public TimeSpan HealthTimeout { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>A cluster that has been restored and proved.</summary>
public sealed record EtcdRestore
{
    /// <summary>The cluster, as it is now.</summary>
    public required Clusters.EtcdCluster Cluster { get; init; }

    /// <summary>The snapshot file.</summary>
    public required string Path { get; init; }

    /// <summary>The cluster's revision right after the restore.</summary>
    public required long Revision { get; init; }

    /// <summary>By how much it was raised above the snapshot's.</summary>
    public required long RevisionBump { get; init; }

    /// <summary>How many keys the snapshot and now the cluster have.</summary>
    public required long TotalKeys { get; init; }

    /// <summary>The hash of all keys and values, the same on every member.</summary>
    public required uint Hash { get; init; }

    /// <summary>Where the old data of each member lies now, as <c>host:folder</c>; empty where it was not to be kept or there was none.</summary>
    public required IReadOnlyList<string> Backup { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Cluster} restored from {Path}: revision {Revision}, {TotalKeys} keys";
}
