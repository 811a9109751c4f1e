using System.Xml.Linq;
using EtcdAdmin.Checks.Results;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Health.History;
using EtcdAdmin.Reports.Charts;
using EtcdAdmin.Reports.Facts;
using static EtcdAdmin.Reports.Markup.Html;
using static EtcdAdmin.Reports.Markup.ReportText;

namespace EtcdAdmin.Reports.Formats;

/// <summary>The section of one cluster in the HTML report.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="id">The anchor of the section.</param>
internal sealed class HtmlCluster(ClusterReport cluster, string id)
{
    /// <summary>The section.</summary>
    public XElement Section() => Of("section", Attr("id", id), Attr("class", "cluster"),
        Of("h2", cluster.Cluster, " ", HtmlReport.Badge(cluster.Severity)),
        Of("p", $"{cluster.State} ({cluster.Summary}.) Asked {Time(cluster.Time)}: {string.Join(", ", cluster.Endpoints)}."),
        Of("h3", "What to do"), ToDo(),
        Of("h3", "Members"), Members(),
        Of("h3", "Certificates"), Certificates(),
        Of("h3", "Space, latency and health over time"), History(),
        Of("h3", "Snapshots and drills"), Of("ul", BackupLines.Of(cluster).Select(line => Of("li", line))),
        Configuration(),
        AllChecks());

    private XElement ToDo()
    {
        var items = ReportDocument.ItemsOf(cluster.Checks).ToArray();
        if (items.Length == 0) return Of("p", "Nothing: all checks passed.");
        return Of("ol", Attr("class", "actions"), items.Select(same => Of("li",
            Of("p", HtmlReport.Badge(same.Key.Severity), " ", Of("strong", $"{Members(same)}{same.Key.Finding}"), " ",
                Of("span", Attr("class", "check"), $"({string.Join(", ", same.Select(check => check.Check).Distinct())})")),
            same.Select(check => check.Evidence).OfType<string>().Distinct().Select(evidence => Of("p", Attr("class", "evidence"), evidence)),
            same.Key.Remedy is { } remedy ? Of("p", Attr("class", "remedy"), Of("b", "What to do: "), remedy) : null)));
    }

    // The finding of a member begins with "It".
    private static string Members(IEnumerable<EtcdCheck> same)
    {
        string[] members = [.. same.Select(check => check.Member).OfType<string>().Distinct()];
        return members.Length == 0 ? "" : $"{string.Join(", ", members)}: ";
    }

    private XElement Members() => Table(
        ["Member", "State", "Version", "Host", "Database", "In use", "Days until the quota", "Disk free", "Read with quorum"],
        cluster.Members.Select(member => new object?[]
        {
            member.Member,
            member.Healthy ? member.Reason : Of("span", HtmlReport.Badge(CheckSeverity.Critical), " ", member.Reason),
            Or(member.Version), Or(member.HostName), DatabaseShare(member), Size(member.DbSizeInUseBytes), Number(member.DaysUntilQuota, ""),
            Size(member.DiskFreeBytes), Number(member.LatencyMilliseconds, "ms"),
        }));

    private object Certificates() => cluster.Certificates.Count == 0
        ? Of("p", "No certificate was seen: the cluster does not use TLS, or no member answered.")
        : new object[]
        {
            CertificateTimeline.Draw(cluster.Certificates, cluster.Time, HealthOptions.DefaultWarnDays),
            Of("details", Of("summary", Count(cluster.Certificates.Count, "certificate")),
                Table(["Member", "Place", "Subject", "Issuer", "Expires", "Days left"],
                    cluster.Certificates.OrderBy(one => one.NotAfter).Select(one => new object?[]
                    {
                        Or(one.Member), one.Place, one.Subject, one.Issuer, Time(one.NotAfter), $"{one.DaysLeft}",
                    }))),
        };

    private object History()
    {
        string[] members = [.. cluster.Members.Select(member => member.Member)];
        long? quota = cluster.Members.Max(member => member.QuotaBytes);
        XElement?[] charts =
        [
            LineChart.Draw("Size of the databases", Series(members, record => record.DbSizeBytes), quota is > 0 ? ("Quota", quota.Value) : null,
                value => Size((long)value)),
            LineChart.Draw("Size in use", Series(members, record => record.DbSizeInUseBytes), null, value => Size((long)value)),
            LineChart.Draw(
                "Time of a read with a quorum", Series(members, record => record.LatencySeconds), null, value => Number(value * 1000, "ms")),
            HealthStrip.Draw(cluster.History),
        ];
        return charts.All(chart => chart is null)
            ? Of("p", $"No history is recorded yet. Register-EtcdHealthMonitor {cluster.Cluster} records it every few minutes.")
            : charts.OfType<XElement>();
    }

    private (string, IReadOnlyList<(DateTimeOffset, double?)>)[] Series(string[] members, Func<EtcdMemberRecord, double?> value) =>
    [
        .. members.Select(member => (member, (IReadOnlyList<(DateTimeOffset, double?)>)
        [
            .. cluster.History.Select(
                record => (record.Time, record.Members.FirstOrDefault(one => one.Member == member) is { } found ? value(found) : null)),
        ])),
    ];

    private IEnumerable<XElement> Configuration()
    {
        if (cluster.Configurations.Count == 0) yield break;
        yield return Of("h3", "Configuration");
        ConfigurationReport[] changed = [.. cluster.Configurations.Where(one => one.Drift.Count > 0 || one.RestartPending)];
        if (changed.Length == 0) yield return Of("p", "All members run with the configuration of the profile.");
        else yield return Of("ul", changed.Select(one => Of("li", one.Drift.Count > 0
            ? $"{one.Member} differs from the profile: {string.Join("; ", one.Drift)}."
            : $"{one.Member} was started before its file was changed last, and runs with the older one.")));
        yield return Of("details", Of("summary", "All settings"),
            Table(["Setting", "Value"], Settings(cluster.Configurations).Select(setting => new object?[] { setting.Setting, setting.Value })));
    }

    private XElement AllChecks() => Of("details", Of("summary", $"All {Count(cluster.Checks.Count, "result")} of the checks"),
        Table(["Check", "Member", "Result", "Finding", "Evidence"], cluster.Checks.Select(check => new object?[]
        {
            check.Check, Or(check.Member), HtmlReport.Badge(check.Severity), check.Finding, Or(check.Evidence),
        })));
}
