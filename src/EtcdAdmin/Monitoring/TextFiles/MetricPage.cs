using System.Text;
using EtcdAdmin.Monitoring.Metrics;

namespace EtcdAdmin.Monitoring.TextFiles;

/// <summary>A page of gauges that both OpenMetrics and Prometheus's text format accept.</summary>
/// <remarks>Sources: OpenMetrics 1.0 (prometheus/OpenMetrics, specification/OpenMetrics.md), which demands the end mark and the series of a metric
/// together; node_exporter's collector/textfile.go, which refuses timestamps and reads files that end in <c>.prom</c>.</remarks>
internal sealed class MetricPage
{
    private readonly StringBuilder _text = new();

    /// <summary>Adds a metric; without series, nothing is added.</summary>
    public void Add(string name, string help, IReadOnlyList<(IReadOnlyDictionary<string, string> Labels, double Value)> series)
    {
        if (series.Count == 0) return;
        // OpenMetrics demands the quotation mark escaped here, and the text format leaves it alone: none of our descriptions has one.
        _text.Append("# HELP ").Append(name).Append(' ').Append(MetricText.Help(help)).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(" gauge\n");
        foreach ((IReadOnlyDictionary<string, string> labels, double value) in series)
            _text.Append(MetricText.Series(name, labels)).Append(' ').Append(MetricText.Number(value)).Append('\n');
    }

    /// <summary>The page.</summary>
    public override string ToString() => _text + "# EOF\n";
}
