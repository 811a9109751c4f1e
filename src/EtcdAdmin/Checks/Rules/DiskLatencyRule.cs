using System.Globalization;
using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;

namespace EtcdAdmin.Checks.Rules;

/// <summary>How long the disk takes, by the rules of etcd for its own metrics.</summary>
internal static class DiskLatencyRule
{
    // Source: etcd's documentation, "Frequently asked questions" (What does the etcd warning "apply entries took too long" mean?): the 99th
    // percentiles of these metrics should be below 10 ms and 25 ms.
    private static readonly (string Name, string Label, string Metric, double Limit, string What)[] Rules =
    [
        ("FsyncLatency", "fsync_p99", "etcd_disk_wal_fsync_duration_seconds", 0.010, "Writing its log to the disk"),
        ("CommitLatency", "commit_p99", "etcd_disk_backend_commit_duration_seconds", 0.025, "Committing its database to the disk"),
    ];

    // Ten times the limit stalls heartbeats of the default interval.
    private const double CriticalFactor = 10;

    // Of fewer values, the 99th percentile is the slowest one, which may be the only slow one.
    private const int EnoughValues = 100;

    /// <summary>Two results for each member.</summary>
    public static IEnumerable<EtcdCheck> Check(CheckFacts facts)
    {
        foreach (MemberFacts member in facts.Members)
        {
            foreach ((string name, string label, string metric, double limit, string what) in Rules)
            {
                if (member.Metrics.Value is not { } page) yield return facts.NotKnown(name, member.Metrics, member.Name);
                else if (page.Histogram(metric) is not { } histogram || histogram.Quantile(0.99) is not { } slow)
                    yield return facts.Result(name, CheckSeverity.Unknown, $"Not checked: it has no values of {metric} yet.", member: member.Name);
                else
                {
                    string finding = string.Create(CultureInfo.InvariantCulture,
                        $"{what} takes up to {slow * 1000:0.#} ms in 99 of 100 cases; it should stay below {limit * 1000:0} ms.");
                    string evidence = string.Create(CultureInfo.InvariantCulture, $"p99 of {histogram.Count:0} values of {metric} since its start.");
                    EtcdCheck result = slow >= limit && histogram.Count < EnoughValues
                        ? facts.Result(name, CheckSeverity.Info, $"{finding} So far it has few values.", evidence, member: member.Name)
                        : slow < limit
                        ? facts.Result(name, CheckSeverity.Ok, finding, evidence, member: member.Name)
                        : facts.Result(name, slow < limit * CriticalFactor ? CheckSeverity.Warning : CheckSeverity.Critical, finding, evidence,
                            $"Give etcd a faster disk of its own, an SSD without other users (Move-EtcdData {facts.Cluster.Name}), and look "
                                + "for other writers on this one.",
                            member.Name);
                    string warning = limit.ToString(CultureInfo.InvariantCulture),
                        critical = (limit * CriticalFactor).ToString(CultureInfo.InvariantCulture);
                    yield return result with { Measure = new CheckMeasure(label, slow, "s", warning, critical) };
                }
            }
        }
    }
}
