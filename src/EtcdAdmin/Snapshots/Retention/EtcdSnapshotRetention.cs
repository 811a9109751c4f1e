namespace EtcdAdmin.Snapshots.Retention;

/// <summary>What was done with a snapshot, or with the leftover of an interrupted save, and why.</summary>
/// <param name="Path">Full path of the file.</param>
/// <param name="Action">What was decided.</param>
/// <param name="Reason">The rule that keeps the file, or why it is deleted.</param>
public sealed record EtcdSnapshotRetention(string Path, RetentionAction Action, string Reason)
{
    /// <summary>The name of the cluster; null if it was not recorded.</summary>
    public string? ClusterName { get; init; }

    /// <summary>
    /// The time when the snapshot was taken: from the manifest, otherwise from the file name, otherwise when the file was last written.
    /// </summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>Bytes of the file.</summary>
    public long Size { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Action}: {Path} ({Reason})";
}

/// <summary>The actions of retention.</summary>
public enum RetentionAction
{
    /// <summary>The file is kept.</summary>
    Kept,

    /// <summary>The file and its manifest were deleted.</summary>
    Removed,

    /// <summary>The file would be deleted, but -WhatIf was used or the confirmation was declined.</summary>
    ToBeRemoved,

    /// <summary>A leftover of an interrupted save. It is deleted only on request.</summary>
    Partial,
}
