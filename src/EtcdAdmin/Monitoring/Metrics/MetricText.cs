using System.Globalization;
using System.Text;

namespace EtcdAdmin.Monitoring.Metrics;

/// <summary>Writes values, labels and descriptions as Prometheus's text format has them.</summary>
/// <remarks>Source: prometheus/docs, content/docs/instrumenting/exposition_formats.md, text format 0.0.4.</remarks>
internal static class MetricText
{
    /// <summary>A series: <c>name{label="value"}</c>.</summary>
    public static string Series(string name, IReadOnlyDictionary<string, string> labels)
    {
        if (labels.Count == 0) return name;
        var text = new StringBuilder(name).Append('{');
        foreach ((string label, string value) in labels)
        {
            if (text[^1] != '{') text.Append(',');
            text.Append(label).Append("=\"").Append(LabelValue(value)).Append('"');
        }

        return text.Append('}').ToString();
    }

    /// <summary>A number, with the words that Go reads for infinity.</summary>
    public static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A description, on one line.</summary>
    public static string Help(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string LabelValue(string value) => Help(value).Replace("\"", "\\\"", StringComparison.Ordinal);
}
