using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>A folder with snapshots in any format.</summary>
internal static class SnapshotFolder
{
    /// <summary>
    /// The files that are snapshots by their names and may be of a cluster, the newest first by the manifest's time or else the file time. If
    /// any of them has a manifest with a cluster, only snapshots whose manifest names this cluster count.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EtcdException">
    /// SnapshotUnreadable: the folder cannot be listed. SnapshotNotFound: all manifests name other clusters.
    /// </exception>
    public static async Task<IReadOnlyList<(string Path, DateTimeOffset Created)>> FindAsync(
        string folder, EtcdCluster cluster, CancellationToken cancellationToken)
    {
        var found = new List<(string Path, DateTimeOffset Created, SnapshotOrigin Origin)>();
        foreach (string file in SnapshotCatalogue.Find(folder))
        {
            SnapshotManifest? manifest = await SnapshotManifest.FindAsync(file, cancellationToken).ConfigureAwait(false);
            var origin = new SnapshotOrigin(manifest?.ClusterName, manifest?.ClusterId);
            found.Add((file, manifest?.Created ?? File.GetLastWriteTimeUtc(file), origin));
        }

        bool hasManifests = found.Any(file => file.Origin.IsKnown);
        if (hasManifests && !found.Any(file => file.Origin.IsOf(cluster))) throw OfOthers(folder, cluster, found.Select(file => file.Origin));
        return
        [
            .. found.Where(file => !hasManifests || file.Origin.IsOf(cluster))
                .OrderByDescending(file => file.Created).ThenByDescending(file => file.Path, StringComparer.Ordinal)
                .Select(file => (file.Path, file.Created)),
        ];
    }

    private static EtcdException OfOthers(string folder, EtcdCluster cluster, IEnumerable<SnapshotOrigin> origins)
    {
        string others = string.Join(
            ", ", origins.Where(origin => origin.IsKnown).Select(origin => origin.ToString()).Distinct().Order(StringComparer.Ordinal));
        return new EtcdException(EtcdErrorIds.SnapshotNotFound,
            $"'{folder}' has no snapshot whose manifest names cluster '{cluster.Name}'. Its snapshots are of {others}.")
        {
            Target = folder,
            NextStep = "To restore a snapshot of another cluster, or one without a manifest, specify its file.",
        };
    }
}
