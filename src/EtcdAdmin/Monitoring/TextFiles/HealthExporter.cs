using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Health.History;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots;

namespace EtcdAdmin.Monitoring.TextFiles;

/// <summary>Checks the health of a cluster, records it in the history of a saved cluster, and writes it as metrics.</summary>
/// <param name="context">The environment.</param>
public sealed class HealthExporter(AdminContext context)
{
    /// <summary>Checks and records the health of a cluster and writes its file.</summary>
    /// <param name="cluster">Any cluster. One that does not answer is written as unhealthy.</param>
    /// <param name="folder">The folder of the collector.</param>
    /// <param name="snapshots">The folder with the cluster's snapshots; null for none.</param>
    /// <param name="options">The options of the check.</param>
    /// <param name="cancellationToken">Cancels the export.</param>
    /// <exception cref="EtcdException">DiskFull, FileWriteFailed. SnapshotNotFound: there is no such folder.</exception>
    public async Task<EtcdHealthFile> ExportAsync(
        EtcdCluster cluster, string folder, string? snapshots, HealthOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ClusterHealth health = await new HealthRecorder(context).CheckAsync(cluster, options, cancellationToken).ConfigureAwait(false);
        // After the check: a folder that is not mounted must not keep the health from being recorded.
        DateTimeOffset? newest = snapshots is null ? null : await NewestAsync(cluster, snapshots, cancellationToken).ConfigureAwait(false);
        var facts = new HealthFacts(cluster, health, context.Clock.GetUtcNow(), newest);
        string path = await HealthMetricsFile.WriteAsync(folder, facts, cancellationToken).ConfigureAwait(false);
        return new EtcdHealthFile { Cluster = cluster, Path = path, Summary = health.Summary, LastSnapshot = newest };
    }

    // By the manifests: reading the snapshots themselves would take minutes.
    private static async Task<DateTimeOffset?> NewestAsync(EtcdCluster cluster, string folder, CancellationToken cancellationToken)
    {
        if (!Path.Exists(folder))
        {
            throw new EtcdException(EtcdErrorIds.SnapshotNotFound,
                $"The folder {folder}, which should have snapshots of cluster '{cluster.Name}', does not exist.")
            {
                Target = folder,
                NextStep = "Give the folder into which snapshots are saved (-SnapshotPath), or mount it.",
            };
        }

        DateTimeOffset? newest = null;
        foreach (string file in SnapshotCatalogue.Find(folder))
        {
            SnapshotManifest? manifest = await SnapshotManifest.FindAsync(file, cancellationToken).ConfigureAwait(false);
            if (manifest?.ClusterName == cluster.Name && !(newest >= manifest.Created)) newest = manifest.Created;
        }

        return newest;
    }
}
