using System.Globalization;
using EtcdAdmin.Monitoring.Metrics;

namespace EtcdAdmin.Checks.Facts;

/// <summary>The page <c>/metrics</c> of a member, as the checks look at it.</summary>
/// <param name="text">The page.</param>
/// <exception cref="FormatException">It is not in Prometheus's text format.</exception>
internal sealed class MetricPage(string text)
{
    private readonly ILookup<string, MetricSample> _series = PrometheusText.Parse(text).ToLookup(sample => sample.Name, StringComparer.Ordinal);

    /// <summary>The sum of all series of a metric; null if the member has none.</summary>
    public double? Sum(string name) => _series.Contains(name) ? _series[name].Sum(sample => sample.Value) : null;

    /// <summary>A histogram; series with different labels are added. Null if the member has none.</summary>
    public Histogram? Histogram(string name) => HistogramOf(_series[name + "_bucket"]);

    /// <summary>The histograms of a metric, by the value of a label.</summary>
    public IEnumerable<(string Label, Histogram Histogram)> Histograms(string name, string label) =>
        from series in _series[name + "_bucket"].GroupBy(sample => sample.Labels.GetValueOrDefault(label, ""), StringComparer.Ordinal)
        where HistogramOf(series) is not null
        select (series.Key, HistogramOf(series)!); // see above

    private static Histogram? HistogramOf(IEnumerable<MetricSample> series)
    {
        (double Bound, double Count)[] buckets =
        [
            .. series.Where(sample => sample.Labels.ContainsKey("le")).GroupBy(sample => BoundOf(sample.Labels["le"]))
                .Select(bucket => (bucket.Key, bucket.Sum(sample => sample.Value))).OrderBy(bucket => bucket.Key),
        ];
        return buckets.Length == 0 ? null : new Histogram(buckets, buckets[^1].Count);
    }

    private static double BoundOf(string text) =>
        text == "+Inf" ? double.PositiveInfinity : double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
