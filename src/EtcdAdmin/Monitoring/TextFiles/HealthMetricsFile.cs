using System.Text;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Monitoring.TextFiles;

/// <summary>Writes the health of a cluster as metrics, for the textfile collector of node_exporter.</summary>
public static class HealthMetricsFile
{
    /// <summary>Writes the file of a cluster into the folder of the collector; an existing one is replaced at once, so that the collector never reads
    /// half of it. All users may read it: it has no secrets, and the collector runs as its own user.</summary>
    /// <param name="folder">The folder of the collector (<c>--collector.textfile.directory</c>).</param>
    /// <param name="facts">The health.</param>
    /// <param name="cancellationToken">A cancelled write keeps the old file.</param>
    /// <returns>The path of the file: <c>etcdadmin-prod.prom</c>.</returns>
    /// <exception cref="EtcdException">DiskFull, FileWriteFailed.</exception>
    public static async Task<string> WriteAsync(string folder, HealthFacts facts, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(facts);
        string path = Path.Combine(Path.GetFullPath(folder), $"etcdadmin-{FileNames.Safe(facts.Cluster.Name)}.prom");
        await AtomicFile.WriteAsync(path, Encoding.UTF8.GetBytes(HealthMetrics.Page([facts])), AtomicFile.Public, cancellationToken)
            .ConfigureAwait(false);
        return path;
    }
}
