using System.Management.Automation;
using EtcdAdmin.Errors;
using EtcdAdmin.Monitoring.Metrics;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Reads the metrics of all members of clusters, which etcd serves for Prometheus at /metrics. All members are asked at the same time. A
/// member that does not serve its metrics is an error, and those of the others are shown.
/// </summary>
/// <example>
/// <code>Get-EtcdMetric prod etcd_server_has_leader, etcd_server_leader_changes_seen_total</code>
/// <para>Shows two metrics of each member.</para>
/// </example>
/// <example>
/// <code>Get-EtcdMetric prod grpc_server_handled_total -Interval 10 | Where-Object Rate | Sort-Object Rate -Descending |
///     Select-Object -First 5</code>
/// <para>Shows the five most frequent calls, with their number per second, measured over 10 seconds.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCluster | Get-EtcdMetric -Name etcd_mvcc_db_total_size_* | Format-Table Cluster, Member, Name, Value</code>
/// <para>Shows the sizes of the databases of all saved clusters.</para>
/// </example>
/// <example>
/// <code>Get-EtcdMetric prod process_resident_memory_bytes -Port 2381</code>
/// <para>Reads the metrics at the port of listen-metrics-urls.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdMetric")]
[OutputType(typeof(EtcdMetric))]
public sealed class GetEtcdMetricCommand : ClustersCmdlet<ClusterMetrics>
{
    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>
    /// The names, with wildcards. The name of a histogram stands for all its series, so etcd_disk_wal_fsync_duration_seconds also shows
    /// those with _bucket, _sum and _count. Default: all.
    /// </summary>
    [Parameter(Position = 1)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>
    /// Reads the metrics twice, this far apart, and adds the growth per second (Rate) of all values that only grow: seconds or a
    /// TimeSpan.
    /// </summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Interval { get; set; }

    /// <summary>
    /// The port at which the members serve their metrics, if not at their client URLs (etcd's setting listen-metrics-urls). With http or
    /// https, as the member answers. Default: the client URLs.
    /// </summary>
    [Parameter]
    [ValidateRange(1, 65535)]
    public int? Port { get; set; }

    /// <summary>How long members may take to answer: seconds or a TimeSpan. Default: 5 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken stop)
    {
        var wanted = new NamePatterns(Name);
        var request = new MetricRequest { Interval = Interval, Port = Port, Includes = Name is null ? null : wanted.Match };
        if (Timeout is { } timeout) request = request with { Timeout = timeout };
        var reader = new MetricReader(Admin);
        string cluster = Cluster.Name;
        return AskAsync(Cluster, async (found, token) =>
        {
            ClusterMetrics metrics = await reader.ReadAsync(found, request, token).ConfigureAwait(false);
            // A metric is missing only if every member could have had it.
            return metrics.Failures.Count > 0 ? metrics : metrics with { Failures = [.. MissingOf(metrics, wanted, cluster)] };
        }, stop);
    }

    private protected override async Task ShowAsync(ClusterMetrics found)
    {
        await WritePageAsync(found.Metrics).ConfigureAwait(false);
        foreach (EtcdException failure in found.Failures) await WriteErrorAsync(failure).ConfigureAwait(false);
    }

    private static IEnumerable<EtcdException> MissingOf(ClusterMetrics metrics, NamePatterns wanted, string cluster)
    {
        string[] names = [.. metrics.Metrics.SelectMany(metric => new[] { metric.Name, metric.Metric }).Distinct()];
        return wanted.Missing(names).Select(name => new EtcdException(
            EtcdErrorIds.MetricNotFound, $"No member of cluster '{cluster}' has the metric '{name}'.")
        {
            Target = name,
            NextStep = $"Get-EtcdMetric {cluster} | Select-Object -Unique Name shows all names. They depend on the version of etcd.",
        });
    }
}
