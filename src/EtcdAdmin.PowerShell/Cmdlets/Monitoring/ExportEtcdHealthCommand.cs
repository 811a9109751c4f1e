using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Monitoring.TextFiles;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Checks the health of clusters and writes it as metrics, one file for each cluster, for the textfile collector of Prometheus's
/// node_exporter: health and quota share of each member, the expiry of certificates, armed alarms, and the time of the newest
/// snapshot. The alerts of Export-EtcdMonitoring use them. The health of a saved cluster is recorded too, as Get-EtcdHealth does.
/// Register-EtcdHealthMonitor runs the command every few minutes.
/// </summary>
/// <example>
/// <code>Export-EtcdHealth prod /var/lib/prometheus/node-exporter</code>
/// <para>Writes etcdadmin-prod.prom to the folder from which Debian's node_exporter reads.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCluster | Export-EtcdHealth -Destination /var/lib/prometheus/node-exporter -SnapshotPath /srv/backups</code>
/// <para>Writes a file for each saved cluster, with the time of its newest snapshot in /srv/backups.</para>
/// </example>
/// <example>
/// <code>Export-EtcdHealth prod . | Get-Content</code>
/// <para>Shows the metrics.</para>
/// </example>
[Cmdlet(VerbsData.Export, "EtcdHealth", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdHealthFile))]
public sealed class ExportEtcdHealthCommand : AdminCmdlet
{
    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The folder of the collector (node_exporter's option --collector.textfile.directory).</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = null!; // mandatory

    /// <summary>
    /// The folder with the snapshots of the cluster. The newest one whose manifest names the cluster counts. Default: the time of the
    /// newest snapshot is left out.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SnapshotPath { get; set; }

    /// <summary>How long members and hosts may take to answer: seconds or a TimeSpan. Default: 5 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        string folder = PathOf(Destination)!; // null only for null
        if (!await ShouldProcessAsync($"cluster {cluster.Name}", $"Write health metrics to {folder}").ConfigureAwait(false)) return;
        HealthOptions options = Timeout is { } timeout ? new HealthOptions { Timeout = timeout } : new HealthOptions();
        EtcdHealthFile file = await new HealthExporter(Admin)
            .ExportAsync(cluster, folder, PathOf(SnapshotPath), options, stop).ConfigureAwait(false);
        await WriteAsync(file).ConfigureAwait(false);
    }
}
