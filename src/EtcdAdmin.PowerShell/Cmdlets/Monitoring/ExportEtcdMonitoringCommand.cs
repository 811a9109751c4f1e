using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Monitoring.Export;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Writes the files with which Prometheus, Grafana, Nagios and Icinga watch clusters: the scrape jobs with a new client certificate for each
/// cluster with TLS, alert rules, a dashboard, and hosts, services and their groups. All clusters from the pipeline go into the same files.
///
/// The private keys are readable only by their owner. A client certificate gives access to the keys of a cluster without
/// authentication, so protect them like passwords; or let the members serve their metrics without certificates at another address
/// (Set-EtcdConfiguration -MetricsUrl), and remove the certificates from the scrape job.
/// </summary>
/// <example>
/// <code>Get-EtcdCluster | Export-EtcdMonitoring -Destination ./monitoring</code>
/// <para>Writes the files for all saved clusters.</para>
/// </example>
/// <example>
/// <code>Export-EtcdMonitoring prod ./monitoring -InstalledAs /etc/prometheus/etcd</code>
/// <para>Writes the files; the scrape job names the certificates as they will be on the machine of Prometheus.</para>
/// </example>
/// <example>
/// <code>Export-EtcdMonitoring prod ./monitoring -Force | Where-Object Kind -eq PrivateKey</code>
/// <para>Replaces the files, issues new certificates, and shows where the private keys are.</para>
/// </example>
[Cmdlet(VerbsData.Export, "EtcdMonitoring", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdMonitoringFile))]
public sealed class ExportEtcdMonitoringCommand : AdminCmdlet
{
    private readonly List<EtcdCluster> _clusters = [];

    /// <summary>
    /// The cluster: an object, or the name of a saved cluster. For a cluster with TLS that was not installed with Install-EtcdCluster, no
    /// certificate can be issued; a warning says where to put one.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The folder to write to. It is made if it does not exist.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = null!; // mandatory

    /// <summary>
    /// The folder in which the files in the folder prometheus will be on the machine of Prometheus. Default: the scrape job has relative
    /// paths, which Prometheus resolves from the file that they are in.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? InstalledAs { get; set; }

    /// <summary>The value of the label job. Default: etcd.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? JobName { get; set; }

    /// <summary>
    /// The common name of the client certificates. If authentication is enabled, use a name that is not an etcd user: metrics need no user.
    /// Default: monitoring.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? UserName { get; set; }

    /// <summary>How often Prometheus reads the metrics: seconds or a TimeSpan. Default: 30 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? ScrapeInterval { get; set; }

    /// <summary>Replaces existing files, and issues new certificates.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        if (await ShouldProcessAsync($"cluster {cluster.Name}", $"Export monitoring files to {PathOf(Destination)}").ConfigureAwait(false))
            _clusters.Add(cluster);
    }

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken stop)
    {
        if (_clusters.Count == 0) return;
        // Null only for null.
        var request = new MonitoringRequest { Destination = PathOf(Destination)!, InstalledAs = InstalledAs, Overwrite = Force };
        if (JobName is { } job) request = request with { Job = job };
        if (UserName is { } user) request = request with { UserName = user };
        if (ScrapeInterval is { } interval) request = request with { ScrapeInterval = interval };
        MonitoringExport done = await new MonitoringExporter(Admin).ExportAsync(_clusters, request, stop).ConfigureAwait(false);
        foreach (string warning in done.Warnings) CoreEvents.Report(new WarningEvent(warning));
        await WritePageAsync(done.Files).ConfigureAwait(false);
        foreach (EtcdException failure in done.Failures) await WriteErrorAsync(failure).ConfigureAwait(false);
    }
}
