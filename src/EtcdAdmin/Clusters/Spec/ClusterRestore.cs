namespace EtcdAdmin.Clusters.Spec;

/// <summary>A running restore, with the data needed to continue it.</summary>
/// <param name="Snapshot">The restored file.</param>
/// <param name="Stamp">The ending of the folders that the earlier data is moved to: <c>data.before-restore-&lt;stamp&gt;</c>.</param>
/// <param name="Running">The members that were running at its start.</param>
public sealed record ClusterRestore(string Snapshot, string Stamp, IReadOnlyList<string> Running)
{
    /// <summary>The stamps of earlier attempts that were interrupted after the restored data had been served; null for none.</summary>
    public IReadOnlyList<string>? Earlier { get; init; }

    /// <summary>The earlier restore that is being undone; null for the restore of a snapshot.</summary>
    public string? Undoes { get; init; }

    /// <summary>A description, as the start of a sentence.</summary>
    /// <param name="cluster">The cluster's name.</param>
    internal string Description(string cluster) => Undoes is null
        ? $"A restore of cluster '{cluster}' from '{Snapshot}'"
        : $"The undo of restore {Undoes} of cluster '{cluster}'";
}
