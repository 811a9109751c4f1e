using System.Globalization;
using System.Xml.Linq;
using EtcdAdmin.Reports.Facts;
using EtcdAdmin.Reports.Markup;
using static EtcdAdmin.Reports.Markup.Html;

namespace EtcdAdmin.Reports.Charts;

/// <summary>How long the certificates are valid from now on, as bars.</summary>
internal static class CertificateTimeline
{
    private const double RowHeight = 24;
    private const double BarHeight = 12;

    // Longer ones end at the edge: nobody plans further ahead, and next to ten years thirty days would be invisible.
    private const int MostDays = 400;
    private const int LeastDays = 60;
    private const int CriticalDays = 7;

    /// <summary>Draws it; the first to expire is on top. Certificates that are the same everywhere share a bar.</summary>
    /// <param name="certificates">At least one.</param>
    /// <param name="now">The time of the report.</param>
    /// <param name="warnDays">The days from which on a certificate is a warning.</param>
    public static XElement Draw(IReadOnlyList<CertificateReport> certificates, DateTimeOffset now, int warnDays)
    {
        (string Name, CertificateReport First)[] rows =
        [
            .. certificates.GroupBy(one => (one.Member, one.Subject, one.NotAfter)).OrderBy(same => same.Key.NotAfter)
                .Select(same => (same.Key.Member ?? "client", same.First())),
        ];
        int days = Math.Clamp(rows.Max(row => row.First.DaysLeft) + 1, LeastDays, MostDays);
        var frame = new ChartFrame(now, now.AddDays(days), (rows.Length * RowHeight) + 34);
        return Of("figure",
            Of("figcaption", $"Validity of the certificates from {ReportText.Day(now)} on; the dashed line is {warnDays} days away."),
            Of("div", Attr("class", "scroll"), frame.Picture("Validity of the certificates",
                frame.TimeAxis(),
                ChartFrame.Line("limit", frame.X(now.AddDays(warnDays)), 4, frame.X(now.AddDays(warnDays)), frame.Bottom),
                rows.SelectMany((row, i) => Row(frame, row.Name, row.First, 6 + (i * RowHeight), warnDays)))));
    }

    private static IEnumerable<XElement> Row(ChartFrame frame, string name, CertificateReport certificate, double y, int warnDays)
    {
        DateTimeOffset end = certificate.NotAfter < frame.From ? frame.From : certificate.NotAfter > frame.To ? frame.To : certificate.NotAfter;
        string css = certificate.DaysLeft < Math.Min(CriticalDays, warnDays) ? "critical" : certificate.DaysLeft < warnDays ? "warning" : "ok";
        double width = Math.Max(2, frame.X(end) - ChartFrame.Left);
        yield return ChartFrame.Label(
            ChartFrame.Left - 6, y + BarHeight - 2, name.Length > 11 ? string.Concat(name.AsSpan(0, 10), "…") : name, "end");
        yield return Of(
            "rect", Attr("class", $"bar {css}"), Attr("x", ChartFrame.Left), Attr("y", y), Attr("width", width), Attr("height", BarHeight));
        string text = certificate.DaysLeft < 0
            ? $"expired {ReportText.Day(certificate.NotAfter)}"
            : string.Create(CultureInfo.InvariantCulture, $"{certificate.DaysLeft} days, until {ReportText.Day(certificate.NotAfter)}");
        bool fits = width < (ChartFrame.Width - ChartFrame.Left) * 0.65;
        yield return fits
            ? ChartFrame.Label(ChartFrame.Left + width + 6, y + BarHeight - 2, text)
            : Of("text", Attr("class", "inside"), Attr("x", ChartFrame.Left + width - 6), Attr("y", y + BarHeight - 2),
                Attr("text-anchor", "end"), text);
    }
}
