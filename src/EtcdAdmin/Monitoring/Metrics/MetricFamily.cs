namespace EtcdAdmin.Monitoring.Metrics;

/// <summary>What a server says about the series of one metric.</summary>
internal sealed class MetricFamily(string name)
{
    /// <summary>The name of the metric. The series of a histogram and of a summary have endings, such as <c>_bucket</c>.</summary>
    public string Name => name;

    /// <summary>Its kind.</summary>
    public MetricType Type { get; set; }

    /// <summary>Its description; empty if there is none.</summary>
    public string Help { get; set; } = "";
}
