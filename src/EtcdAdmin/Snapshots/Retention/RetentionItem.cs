namespace EtcdAdmin.Snapshots.Retention;

/// <summary>A snapshot as retention sees it.</summary>
/// <param name="Path">Full path of the file.</param>
/// <param name="Series">What it belongs to: only snapshots of one series stand in for each other.</param>
/// <param name="Created">When it was taken.</param>
internal sealed record RetentionItem(string Path, RetentionSeries Series, DateTimeOffset Created)
{
    /// <summary>Bytes of the file.</summary>
    public long Size { get; init; }

    /// <summary>Why it may be somebody else's: nothing is noted beside it, and it does not begin as a snapshot in any form does; null where it is one.</summary>
    public string? Foreign { get; init; }
}

/// <summary>The snapshots of one cluster in one folder.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Key">The cluster's id, else its name; empty for those of which nothing is noted.</param>
/// <param name="Name">What the operator calls the cluster; null where nobody noted it.</param>
internal sealed record RetentionSeries(string Folder, string Key, string? Name)
{
    /// <summary>The name is for people: a cluster may have been saved under several.</summary>
    public bool Equals(RetentionSeries? other) => other is not null && (Folder, Key) == (other.Folder, other.Key);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Folder, Key);

    /// <inheritdoc/>
    public override string ToString() => Key.Length == 0
        ? $"snapshots in '{Folder}' of which no cluster is noted"
        : $"snapshots of cluster {Name ?? Key}{(Name is null || Name == Key ? "" : $" with the id {Key}")} in '{Folder}'";
}

/// <summary>What is to become of a snapshot, and why.</summary>
/// <param name="Item">The snapshot.</param>
/// <param name="Keep">Whether it stays.</param>
/// <param name="Reason">What keeps it, or that nothing does.</param>
internal sealed record RetentionDecision(RetentionItem Item, bool Keep, string Reason);
