using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots;

namespace EtcdAdmin.Upgrades.Checks;

/// <summary>Finds how old the newest snapshot of a cluster is.</summary>
internal static class SnapshotAges
{
    /// <summary>The age by the manifests in a folder; null if there is no snapshot of the cluster.</summary>
    /// <param name="context">The context.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="folder">The folder; it need not exist.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<TimeSpan?> FindAsync(AdminContext context, EtcdCluster cluster, string folder, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder)) return null;
        DateTimeOffset? newest = null;
        foreach (string file in SnapshotCatalogue.Find(folder))
        {
            SnapshotManifest? manifest;
            try
            {
                manifest = await SnapshotManifest.FindAsync(file, cancellationToken).ConfigureAwait(false);
            }
            catch (EtcdException)
            {
                continue; // a snapshot whose manifest cannot be read counts for nothing
            }

            if (manifest?.ClusterName == cluster.Name && (newest is null || manifest.Created > newest)) newest = manifest.Created;
        }

        return newest is { } created ? context.Clock.GetUtcNow() - created : null;
    }
}
