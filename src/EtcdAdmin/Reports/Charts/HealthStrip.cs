using System.Xml.Linq;
using EtcdAdmin.Clusters.Health.History;
using EtcdAdmin.Reports.Markup;
using static EtcdAdmin.Reports.Markup.Html;

namespace EtcdAdmin.Reports.Charts;

/// <summary>When a cluster was healthy, as a strip.</summary>
internal static class HealthStrip
{
    private const double Height = 52;
    private const int Parts = 120;

    /// <summary>Draws it; null without two recorded times.</summary>
    /// <param name="history">The recorded health, the oldest first.</param>
    public static XElement? Draw(IReadOnlyList<EtcdHealthRecord> history)
    {
        if (history.Count < 2 || history[^1].Time <= history[0].Time) return null;
        var frame = new ChartFrame(history[0].Time, history[^1].Time, Height);
        TimeSpan part = (frame.To - frame.From) / Parts;
        int sick = history.Count(record => !record.Healthy);
        string text = sick == 0
            ? $"Healthy in all {ReportText.Count(history.Count, "recorded check")}"
            : $"Unhealthy in {sick} of {ReportText.Count(history.Count, "recorded check")}";
        return Of("figure",
            Of("figcaption", $"{text}. A part of the strip is red if one check in it found a problem, and empty if there was no check."),
            Of("div", Attr("class", "scroll"), frame.Picture(text,
                frame.TimeAxis(),
                history.GroupBy(record => Math.Min(Parts - 1, (int)((record.Time - frame.From) / part))).Select(group =>
                {
                    EtcdHealthRecord shown = group.FirstOrDefault(record => !record.Healthy) ?? group.Last();
                    double x = frame.X(frame.From + (part * group.Key));
                    return Of("rect", Attr("class", shown.Healthy ? "bar ok" : "bar critical"), Attr("x", x), Attr("y", 8.0),
                        Attr("width", frame.X(frame.From + (part * (group.Key + 1))) - x), Attr("height", frame.Bottom - 10),
                        Of("title", $"{ReportText.Time(shown.Time)}: {shown.Summary}"));
                }))));
    }
}
