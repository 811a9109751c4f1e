namespace EtcdAdmin.Monitoring.Metrics;

/// <summary>The value of one series.</summary>
/// <param name="Family">Its metric.</param>
/// <param name="Name">The name of the series.</param>
/// <param name="Labels">Its labels, in the order in which the server sent them.</param>
/// <param name="Value">May be infinite or NaN.</param>
internal sealed record MetricSample(MetricFamily Family, string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    // etcd declares these two as gauges, although they only grow: server/etcdserver/metrics.go, proposalsCommitted and proposalsApplied, 3.1 to 3.6.
    private static readonly HashSet<string> Growing =
        new(["etcd_server_proposals_committed_total", "etcd_server_proposals_applied_total"], StringComparer.Ordinal);

    /// <summary>The series with its labels, in the text format. Two samples of one member are of the same series if this is equal.</summary>
    public string Series => MetricText.Series(Name, Labels);

    /// <summary>Whether the value only grows until the process restarts, so that its rate means something.</summary>
    public bool Grows => Family.Type switch
    {
        MetricType.Counter or MetricType.Histogram => true,
        MetricType.Summary => Name.Length > Family.Name.Length, // not the quantiles, which have the name of the summary
        _ => Growing.Contains(Name),
    };
}
