using System.Globalization;

namespace EtcdAdmin.Checks.Facts;

/// <summary>The page <c>/metrics</c> of a member, in Prometheus' text format 0.0.4.</summary>
/// <param name="text">The page.</param>
internal sealed class MetricPage(string text)
{
    /// <summary>The sum of all series of a metric; null if the member has none.</summary>
    public double? Sum(string name)
    {
        double? sum = null;
        foreach ((_, double value) in Series(name)) sum = (sum ?? 0) + value;
        return sum;
    }

    /// <summary>A histogram; series with different labels are added. Null if the member has none.</summary>
    public Histogram? Histogram(string name) => HistogramOf(Series(name + "_bucket"));

    /// <summary>The histograms of a metric, by the value of a label.</summary>
    public IEnumerable<(string Label, Histogram Histogram)> Histograms(string name, string label) =>
        from series in Series(name + "_bucket").GroupBy(series => LabelOf(series.Labels, label) ?? "", StringComparer.Ordinal)
        where HistogramOf(series) is not null
        select (series.Key, HistogramOf(series)!); // see above

    private static Histogram? HistogramOf(IEnumerable<(string Labels, double Value)> series)
    {
        (double Bound, double Count)[] buckets = [.. series
            .Select(one => (Bound: ReadNumber(LabelOf(one.Labels, "le")), one.Value)).Where(one => one.Bound is not null)
            .GroupBy(one => one.Bound!.Value).Select(bucket => (bucket.Key, bucket.Sum(one => one.Value))).OrderBy(bucket => bucket.Key)];
        return buckets.Length == 0 ? null : new Histogram(buckets, buckets[^1].Count);
    }

    private IEnumerable<(string Labels, double Value)> Series(string name)
    {
        for (int at = 0; at < text.Length;)
        {
            int end = text.IndexOf('\n', at);
            if (end < 0) end = text.Length;
            if (ReadLine(text.AsSpan(at, end - at), name) is { } series) yield return series;
            at = end + 1;
        }
    }

    private static (string Labels, double Value)? ReadLine(ReadOnlySpan<char> line, string name)
    {
        if (!line.StartsWith(name, StringComparison.Ordinal) || line.Length == name.Length) return null;
        ReadOnlySpan<char> rest = line[name.Length..];
        string labels = "";
        if (rest[0] == '{')
        {
            int close = rest.LastIndexOf('}');
            if (close < 0) return null;
            labels = rest[1..close].ToString();
            rest = rest[(close + 1)..];
        }
        else if (rest[0] != ' ') return null; // a longer name

        rest = rest.Trim();
        int space = rest.IndexOf(' '); // a time may follow
        return ReadNumber((space < 0 ? rest : rest[..space]).ToString()) is { } value ? (labels, value) : null;
    }

    private static double? ReadNumber(string? text) => text switch
    {
        null => null,
        "+Inf" => double.PositiveInfinity,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : null,
    };

    // etcd's label values are ids, addresses and numbers, without quotes.
    private static string? LabelOf(string labels, string name)
    {
        foreach (string label in labels.Split(','))
        {
            if (label.StartsWith(name + "=\"", StringComparison.Ordinal)) return label[(name.Length + 2)..].TrimEnd('"');
        }

        return null;
    }
}
