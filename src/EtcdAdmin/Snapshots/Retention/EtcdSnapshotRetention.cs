namespace EtcdAdmin.Snapshots.Retention;

/// <summary>What became of a snapshot, or of what an interrupted save has left, and why.</summary>
/// <param name="Path">Full path of the file.</param>
/// <param name="Action">What was decided.</param>
/// <param name="Reason">What keeps it, or why it goes.</param>
public sealed record EtcdSnapshotRetention(string Path, RetentionAction Action, string Reason)
{
    /// <summary>The cluster it is of; null where nobody noted it.</summary>
    public string? ClusterName { get; init; }

    /// <summary>When it was taken: as noted, else as its name says, else when the file was last written.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>Bytes of the file.</summary>
    public long Size { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Action}: {Path} ({Reason})";
}

/// <summary>What retention does with a file.</summary>
public enum RetentionAction
{
    /// <summary>It stays.</summary>
    Kept,

    /// <summary>It is gone, and what was noted beside it.</summary>
    Removed,

    /// <summary>It would go; it was only asked what would happen, or the answer was no.</summary>
    ToBeRemoved,

    /// <summary>The rest of an interrupted save; nobody asked for it to be removed.</summary>
    Partial,
}
