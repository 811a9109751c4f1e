using EtcdAdmin.Checks.Results;

namespace EtcdAdmin.Reports.Facts;

/// <summary>The content of a report, before it is written in one of the formats.</summary>
/// <param name="Title">The title.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Clusters">The clusters, the worst first.</param>
internal sealed record ReportDocument(string Title, DateTimeOffset Created, IReadOnlyList<ClusterReport> Clusters)
{
    /// <summary>What somebody should do, the worst first.</summary>
    public IReadOnlyList<EtcdCheck> Actions => ActionsOf(Clusters.SelectMany(cluster => cluster.Checks));

    /// <summary>The results that need attention, the worst first; the order of the checks is kept.</summary>
    public static IReadOnlyList<EtcdCheck> ActionsOf(IEnumerable<EtcdCheck> checks) =>
        [.. checks.Where(check => check.NeedsAttention).OrderByDescending(check => check.Severity)];

    /// <summary>The same as items: a problem of several members, or for several checks, is one.</summary>
    public static IEnumerable<IGrouping<(CheckSeverity Severity, string Finding, string? Remedy), EtcdCheck>> ItemsOf(
        IEnumerable<EtcdCheck> checks) => ActionsOf(checks).GroupBy(check => (check.Severity, check.Finding, check.Remedy));

    /// <summary>The number of results with a severity.</summary>
    public int Count(CheckSeverity severity) => Clusters.Sum(cluster => cluster.Checks.Count(check => check.Severity == severity));
}
