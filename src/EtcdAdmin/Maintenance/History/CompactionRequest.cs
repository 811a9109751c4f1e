namespace EtcdAdmin.Maintenance.History;

/// <summary>The request to compact the history. Without a revision, a number and an age, only the present values are kept.</summary>
public sealed record CompactionRequest
{
    /// <summary>The oldest revision that is kept.</summary>
    public long? Revision { get; init; }

    /// <summary>How many of the newest revisions are kept, at least 1.</summary>
    public long? Keep { get; init; }

    /// <summary>The age: all history that is younger is kept. Not together with a revision or a number.</summary>
    public TimeSpan? OlderThan { get; init; }

    /// <summary>The folder with the cluster's snapshots, whose manifests say which revision the cluster had; null for none. Only with
    /// <see cref="OlderThan"/>.</summary>
    public string? SnapshotFolder { get; init; }

    /// <summary>Waits until all members have deleted the history from their databases.</summary>
    public bool Physical { get; init; }

    /// <summary>Where <see cref="Revision"/> comes from, if it was found for an age.</summary>
    internal RevisionPoint? Found { get; init; }
}
