using EtcdAdmin.Clusters;

namespace EtcdAdmin.Monitoring.Metrics;

/// <summary>The value of one series of a member's metrics.</summary>
public sealed record EtcdMetric
{
    /// <summary>The cluster of the member.</summary>
    public required EtcdCluster Cluster { get; init; }

    /// <summary>The member's name; its address if the name is not known.</summary>
    public required string Member { get; init; }

    /// <summary>The name of the series: <c>etcd_server_has_leader</c>, <c>etcd_disk_wal_fsync_duration_seconds_bucket</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The name of the metric; for the series of histograms and summaries without the ending, such as <c>_bucket</c>.</summary>
    public required string Metric { get; init; }

    /// <summary>The labels of the series.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>The value. May be infinite or NaN.</summary>
    public required double Value { get; init; }

    /// <summary>How much it grew per second over the interval; null without an interval, and for values that do not only grow.</summary>
    public double? Rate { get; init; }

    /// <summary>The kind of the metric.</summary>
    public required MetricType Type { get; init; }

    /// <summary>The description by etcd.</summary>
    public required string Help { get; init; }

    /// <summary>The name with the labels, as in Prometheus.</summary>
    public string Series => MetricText.Series(Name, Labels);

    /// <inheritdoc/>
    public override string ToString() => $"{Member}: {Series} {MetricText.Number(Value)}";
}
