using System.Reflection;
using System.Xml.Linq;
using EtcdAdmin.Checks.Results;
using EtcdAdmin.Reports.Facts;
using static EtcdAdmin.Reports.Markup.Html;
using static EtcdAdmin.Reports.Markup.ReportText;

namespace EtcdAdmin.Reports.Formats;

/// <summary>
/// A report as one HTML file: what to do comes first, and everything else is there for who wants to know why. It has no script and loads nothing, so
/// that it can be mailed and kept.
/// </summary>
internal static class HtmlReport
{
    private const string Style = "Reports/Formats/report.css";

    /// <summary>The file.</summary>
    public static byte[] Write(ReportDocument document) => Markup.Html.Write(Of("html", Attr("lang", "en"),
        Of("head",
            Of("meta", Attr("charset", "utf-8")),
            // Whatever a cluster says, a browser loads and runs nothing.
            Of("meta", Attr("http-equiv", "Content-Security-Policy"), Attr("content", "default-src 'none'; style-src 'unsafe-inline'")),
            Of("meta", Attr("name", "viewport"), Attr("content", "width=device-width, initial-scale=1")),
            Of("title", document.Title),
            Of("style", ReadStyle())),
        Of("body",
            Of("header", Of("h1", document.Title), Of("p", $"Made {Time(document.Created)} by EtcdAdmin {Version}.")),
            Of("main",
                Overview(document),
                document.Clusters.Select((cluster, i) => new HtmlCluster(cluster, Id(i)).Section())))));

    /// <summary>The badge of a severity: its word, so that colours only support it.</summary>
    internal static XElement Badge(CheckSeverity severity) => Of("span", Attr("class", $"badge {Css(severity)}"), Word(severity));

    /// <summary>The class of a severity.</summary>
    internal static string Css(CheckSeverity severity) => severity switch
    {
        CheckSeverity.Critical => "critical",
        CheckSeverity.Warning => "warning",
        CheckSeverity.Unknown => "unknown",
        CheckSeverity.Ok => "ok",
        _ => "info",
    };

    private static string Version =>
        typeof(HtmlReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    private static string Word(CheckSeverity severity) => severity switch
    {
        CheckSeverity.NotApplicable => "not applicable",
        _ => severity.ToString().ToLowerInvariant(),
    };

    private static XElement Overview(ReportDocument document)
    {
        int concerned = document.Clusters.Count(cluster => cluster.Severity > CheckSeverity.Ok);
        return Of("section",
            Of("p", Attr("class", "lead"), concerned == 0
                ? $"{Count(document.Clusters.Count, "cluster")}; nothing needs to be done."
                : $"{concerned} of {Count(document.Clusters.Count, "cluster")} {(concerned == 1 ? "needs" : "need")} attention: "
                    + $"{Count(document.Count(CheckSeverity.Critical), "critical result")}, "
                    + $"{Count(document.Count(CheckSeverity.Warning), "warning")}, {document.Count(CheckSeverity.Unknown)} not known."),
            Of("p", "The commands below are for PowerShell with the module EtcdAdmin, on the machine that manages the clusters. "
                + "Get-Help shows what each of them does. Voters are the members that decide together; a quorum is more than half of them."),
            Table(["Cluster", "Verdict", "Health", "Members", "Version", "Database", "First to expire", "To do"],
                document.Clusters.Select((cluster, i) => new object?[]
                {
                    Of("a", Attr("href", $"#{Id(i)}"), cluster.Cluster),
                    Badge(cluster.Severity),
                    cluster.Summary,
                    $"{cluster.Members.Count}",
                    MarkdownReport.Versions(cluster),
                    Fullest(cluster),
                    FirstToExpire(cluster),
                    Count(ReportDocument.ItemsOf(cluster.Checks).Count(), "item"),
                })));
    }

    private static string Fullest(ClusterReport cluster) =>
        cluster.Members.MaxBy(member => member.DbSizeBytes) is { } member ? DatabaseShare(member) : Or(null);

    private static string FirstToExpire(ClusterReport cluster) =>
        cluster.Certificates.MinBy(one => one.NotAfter) is { } first ? $"{Day(first.NotAfter)} ({first.DaysLeft} days)" : Or(null);

    private static string Id(int index) => $"cluster-{index + 1}";

    private static string ReadStyle()
    {
        using Stream stream = typeof(HtmlReport).Assembly.GetManifestResourceStream(Style)
            ?? throw new InvalidOperationException($"The assembly has no {Style}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
