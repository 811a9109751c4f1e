namespace EtcdAdmin.Monitoring.Metrics;

/// <summary>The kind of a metric, as its server declares it.</summary>
public enum MetricType
{
    /// <summary>The server does not declare it.</summary>
    Untyped,

    /// <summary>Only grows, until the process restarts.</summary>
    Counter,

    /// <summary>Grows and falls.</summary>
    Gauge,

    /// <summary>Counts of observations up to each of several limits (the label <c>le</c>), with their number and sum.</summary>
    Histogram,

    /// <summary>Quantiles of observations, with their number and sum.</summary>
    Summary,
}
