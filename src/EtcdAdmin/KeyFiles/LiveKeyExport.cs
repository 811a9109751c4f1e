using System.Globalization;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;

namespace EtcdAdmin.KeyFiles;

/// <summary>Exports keys of a live cluster, all at one revision.</summary>
public static class LiveKeyExport
{
    private const int ReportEvery = 5000;

    /// <summary>Reads a range page by page and writes it to a file.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="range">The keys to export.</param>
    /// <param name="request">The file. Its revision is the revision to read at; by default the newest.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="events">Receives progress; null for none.</param>
    /// <param name="cancellationToken">Cancels the export; nothing is left behind.</param>
    /// <exception cref="EtcdRpcException">Compacted: the revision is no longer available, possibly since the export started. Others: the call
    /// failed.</exception>
    /// <exception cref="EtcdException">FileExists, DiskFull, FileWriteFailed: the file.</exception>
    public static async Task<KeyExport> ExportAsync(
        EtcdCluster cluster, KeyRange range, KeyExportRequest request, TimeProvider clock, IProgress<EtcdEvent>? events,
            CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        RangeResult now = await cluster.Client.Kv
            .QueryAsync(range, new RangeQuery { CountOnly = true, Revision = request.Revision ?? 0 }, cancellationToken).ConfigureAwait(false);
        request = request with { Revision = request.Revision ?? now.Header.Revision, Source = request.Source ?? cluster.Name };
        string activity = $"Exporting keys of cluster {cluster.Name}";
        var leases = new LeaseTtls(cluster.Client);
        using KeyExporter exporter = KeyExporter.Start(request, clock, cancellationToken);
        try
        {
            long done = 0;
            var options = new RangeOptions { Revision = request.Revision.Value };
            await foreach (EtcdKeyValue key in cluster.Client.Kv.RangeAsync(range, options, cancellationToken).ConfigureAwait(false))
            {
                TimeSpan? ttl = await leases.FindAsync(key.Lease, cancellationToken).ConfigureAwait(false);
                await exporter.AddAsync(new ExportedKey(key, ttl), cancellationToken).ConfigureAwait(false);
                if (++done % ReportEvery == 0)
                    events.Progress(activity, string.Create(CultureInfo.InvariantCulture, $"{done} of {now.Count} keys"),
                        Math.Min(0.99, (double)done / now.Count));
            }

            return await exporter.FinishAsync().ConfigureAwait(false);
        }
        finally
        {
            events.Progress(activity, "Done", 1);
        }
    }
}
