namespace EtcdAdmin.Monitoring.Metrics;

/// <summary>Which metrics to read, and how.</summary>
public sealed record MetricRequest
{
    /// <summary>How long each member may take to answer. Default 5 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The time over which rates are measured: the members are asked twice. Null for no rates.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>The port at which all members serve their metrics (listen-metrics-urls); null for their client URLs.</summary>
    public int? Port { get; init; }

    /// <summary>Whether a name is wanted. It is asked for the name of the series, and for the name of its metric. Null for all.</summary>
    public Func<string, bool>? Includes { get; init; }
}

/// <summary>The metrics of a cluster.</summary>
/// <param name="Metrics">Those of the members that answered.</param>
/// <param name="Failures">An error for each member that did not.</param>
public sealed record ClusterMetrics(IReadOnlyList<EtcdMetric> Metrics, IReadOnlyList<Errors.EtcdException> Failures);
