namespace EtcdAdmin.Clusters;

/// <summary>A restore that is under way: what carrying it on needs to know.</summary>
/// <param name="Snapshot">The file that it restores.</param>
/// <param name="Stamp">Marks the folders that the data from before is moved to: <c>data.before-restore-&lt;stamp&gt;</c>.</param>
/// <param name="Running">The members that ran when it was begun.</param>
public sealed record ClusterRestore(string Snapshot, string Stamp, IReadOnlyList<string> Running)
{
    /// <summary>The stamps of attempts before it that were broken off when the restored data served already; null for none.</summary>
    public IReadOnlyList<string>? Earlier { get; init; }
}
