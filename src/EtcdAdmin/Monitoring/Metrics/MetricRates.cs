namespace EtcdAdmin.Monitoring.Metrics;

/// <summary>How fast values have grown since an earlier reading.</summary>
internal sealed class MetricRates(IReadOnlyList<MetricSample> earlier, TimeSpan elapsed)
{
    // A page may have a series twice only by a defect of the server; the first counts then.
    private readonly Dictionary<string, double> _earlier = earlier.Where(sample => sample.Grows)
        .GroupBy(sample => sample.Series, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.First().Value, StringComparer.Ordinal);

    /// <summary>The growth per second; null for values that do not only grow.</summary>
    /// <remarks>A value that fell started again at 0 with its process, and a series that was not there did so too, as in Prometheus's
    /// <c>rate</c>.</remarks>
    public double? Of(MetricSample later)
    {
        if (!later.Grows) return null;
        double before = _earlier.GetValueOrDefault(later.Series);
        return (later.Value < before ? later.Value : later.Value - before) / elapsed.TotalSeconds;
    }
}
