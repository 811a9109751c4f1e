namespace EtcdAdmin.Snapshots.Retention;

/// <summary>A snapshot with the data for retention.</summary>
/// <param name="Path">Full path of the file.</param>
/// <param name="Series">The series of the snapshot. Only snapshots of the same series can replace each other.</param>
/// <param name="Created">The time when the snapshot was taken.</param>
internal sealed record RetentionItem(string Path, RetentionSeries Series, DateTimeOffset Created)
{
    /// <summary>Bytes of the file.</summary>
    public long Size { get; init; }

    /// <summary>
    /// Why the file may not be a snapshot: it has no manifest and does not start like a snapshot in any format. Null if it is a snapshot.
    /// </summary>
    public string? Foreign { get; init; }
}

/// <summary>The snapshots of one cluster in one folder.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Key">The cluster's ID, otherwise its name; empty for snapshots without this data.</param>
/// <param name="Name">The operator's name for the cluster; null if it was not recorded.</param>
internal sealed record RetentionSeries(string Folder, string Key, string? Name)
{
    /// <summary>Compares without the name: a cluster may have been saved under several names.</summary>
    public bool Equals(RetentionSeries? other) => other is not null && (Folder, Key) == (other.Folder, other.Key);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Folder, Key);

    /// <inheritdoc/>
    public override string ToString() => Key.Length == 0
        ? $"snapshots in '{Folder}' without a recorded cluster"
        : $"snapshots of cluster {Name ?? Key}{(Name is null || Name == Key ? "" : $" with the ID {Key}")} in '{Folder}'";
}

/// <summary>The decision on a snapshot, with its reason.</summary>
/// <param name="Item">The snapshot.</param>
/// <param name="Keep">Whether the snapshot is kept.</param>
/// <param name="Reason">The rule that keeps the snapshot, or that no rule keeps it.</param>
internal sealed record RetentionDecision(RetentionItem Item, bool Keep, string Reason);
