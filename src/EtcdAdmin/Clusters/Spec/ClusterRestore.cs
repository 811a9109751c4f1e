namespace EtcdAdmin.Clusters.Spec;

/// <summary>A restore that is under way: what carrying it on needs to know.</summary>
/// <param name="Snapshot">The file that it restores.</param>
/// <param name="Stamp">Marks the folders that the data from before is moved to: <c>data.before-restore-&lt;stamp&gt;</c>.</param>
/// <param name="Running">The members that ran when it was begun.</param>
public sealed record ClusterRestore(string Snapshot, string Stamp, IReadOnlyList<string> Running)
{
    /// <summary>The stamps of attempts before it that were broken off when the restored data served already; null for none.</summary>
    public IReadOnlyList<string>? Earlier { get; init; }

    /// <summary>The earlier restore that is being undone; null where a snapshot is restored.</summary>
    public string? Undoes { get; init; }

    /// <summary>What it is, as the beginning of "… was begun".</summary>
    /// <param name="cluster">The cluster's name.</param>
    internal string Description(string cluster) => Undoes is null
        ? $"A restore of cluster '{cluster}' from '{Snapshot}'"
        : $"The undo of restore {Undoes} of cluster '{cluster}'";
}
