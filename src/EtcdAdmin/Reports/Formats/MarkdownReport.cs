using System.Text;
using EtcdAdmin.Checks.Results;
using EtcdAdmin.Reports.Facts;
using static EtcdAdmin.Reports.Markup.ReportText;

namespace EtcdAdmin.Reports.Formats;

/// <summary>A report as Markdown, for tickets and repositories. It has the facts of the HTML report, without its charts.</summary>
internal static class MarkdownReport
{
    /// <summary>The file.</summary>
    public static byte[] Write(ReportDocument document)
    {
        var text = new StringBuilder();
        Line(text, $"# {Plain(document.Title)}");
        Line(text, $"Made {Time(document.Created)} by EtcdAdmin. {Count(document.Clusters.Count, "cluster")}, "
            + $"{Count(document.Count(CheckSeverity.Critical), "critical result")}, {Count(document.Count(CheckSeverity.Warning), "warning")}.");
        Table(text, ["Cluster", "Verdict", "Health", "Members", "Version", "To do"],
            document.Clusters.Select(cluster => new[]
            {
                cluster.Cluster, cluster.Severity.ToString(), cluster.Summary, string.Join(", ", cluster.Members.Select(member => member.Member)),
                Versions(cluster), Count(ReportDocument.ItemsOf(cluster.Checks).Count(), "item"),
            }));
        foreach (ClusterReport cluster in document.Clusters) AddCluster(text, cluster);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void AddCluster(StringBuilder text, ClusterReport cluster)
    {
        Line(text, $"## {Plain(cluster.Cluster)}: {cluster.Severity}");
        Line(text, Plain($"{cluster.State} ({cluster.Summary}.) Asked {Time(cluster.Time)}: {string.Join(", ", cluster.Endpoints)}."));
        IReadOnlyList<EtcdCheck> actions = ReportDocument.ActionsOf(cluster.Checks);
        Line(text, "### What to do");
        if (actions.Count == 0) Line(text, "Nothing: all checks passed.");
        else Table(text, ["Severity", "Check", "Member", "Finding", "What to do"], actions.Select(check => new[]
        {
            check.Severity.ToString(), check.Check, Or(check.Member), Joined(check.Finding, check.Evidence), Or(check.Remedy),
        }));
        Line(text, "### Members");
        Table(text, ["Member", "State", "Version", "Database", "In use", "Disk free", "Read"], cluster.Members.Select(member => new[]
        {
            member.Member, $"{(member.Healthy ? "healthy" : "unhealthy")}, {member.Reason}", Or(member.Version), DatabaseShare(member),
            Size(member.DbSizeInUseBytes), Size(member.DiskFreeBytes), Number(member.LatencyMilliseconds, "ms"),
        }));
        if (cluster.Certificates.Count > 0)
        {
            Line(text, "### Certificates");
            Table(text, ["Member", "Place", "Subject", "Expires", "Days left"], cluster.Certificates.OrderBy(one => one.NotAfter).Select(one => new[]
            {
                Or(one.Member), one.Place, one.Subject, Time(one.NotAfter), Number(one.DaysLeft, ""),
            }));
        }

        Line(text, "### Snapshots and drills");
        foreach (string line in BackupLines.Of(cluster)) Line(text, $"- {Plain(line)}");
        Line(text, "### All checks");
        Table(text, ["Check", "Member", "Result", "Finding"], cluster.Checks.Select(check => new[]
        {
            check.Check, Or(check.Member), check.Severity.ToString(), check.Finding,
        }));
        if (cluster.Configurations.Count == 0) return;
        Line(text, "### Configuration");
        foreach (ConfigurationReport drifted in cluster.Configurations.Where(one => one.Drift.Count > 0))
            Line(text, $"- {Plain(drifted.Member)} differs from the profile: {Plain(string.Join("; ", drifted.Drift))}");
        Table(text, ["Setting", "Value"], Settings(cluster.Configurations).Select(setting => new[] { setting.Setting, setting.Value }));
    }

    /// <summary>The versions that run.</summary>
    internal static string Versions(ClusterReport cluster) =>
        Or(string.Join(", ", cluster.Members.Select(member => member.Version).OfType<string>().Distinct().Order(StringComparer.Ordinal)));

    private static string Joined(string finding, string? evidence) => evidence is null ? finding : $"{finding} {evidence}";

    private static void Line(StringBuilder text, string line) => text.Append(line).Append("\n\n");

    private static void Table(StringBuilder text, string[] heads, IEnumerable<string[]> rows)
    {
        Row(text, heads);
        Row(text, [.. heads.Select(_ => "---")]);
        foreach (string[] row in rows) Row(text, [.. row.Select(Plain)]);
        text.Append('\n');
    }

    private static void Row(StringBuilder text, string[] cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    // Names and texts come from the cluster: they must not end a cell, or start markup.
    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (char.IsControl(c)) plain.Append(' ');
            else if (@"\`*_[]<>|#".Contains(c, StringComparison.Ordinal)) plain.Append('\\').Append(c);
            else plain.Append(c);
        }

        return plain.ToString();
    }
}
