using System.Globalization;
using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;

namespace EtcdAdmin.Checks.Rules;

/// <summary>How often the leader changed.</summary>
internal static class LeaderChangesRule
{
    private const string Name = "LeaderChanges";

    // The alert etcdHighNumberOfLeaderChanges of etcd's mixin fires at 4 in 15 minutes. Since a start there is only the average: one in an hour is
    // more than restarts explain.
    private const double PerHour = 1;
    private const double Least = 4;

    /// <summary>One result for each member.</summary>
    public static IEnumerable<EtcdCheck> Check(CheckFacts facts)
    {
        foreach (MemberFacts member in facts.Members)
        {
            if (member.Metrics.Value is not { } page) yield return facts.NotKnown(Name, member.Metrics, member.Name);
            else if (page.Sum("etcd_server_leader_changes_seen_total") is not { } changes || page.Sum("process_start_time_seconds") is not { } start)
                yield return facts.Result(Name, CheckSeverity.Unknown, "Not checked: it has no such metric.", member: member.Name);
            else
            {
                double hours = Math.Max((facts.Now.ToUnixTimeMilliseconds() / 1000.0) - start, 1) / 3600;
                string finding =
                    string.Create(CultureInfo.InvariantCulture, $"It has seen {changes:0} leader change(s) since its start {Ago(hours)} ago.");
                yield return changes >= Least && changes / hours > PerHour
                    ? facts.Result(
                        Name, CheckSeverity.Warning, finding, string.Create(CultureInfo.InvariantCulture, $"{changes / hours:0.#} in an hour."),
                        "Look for slow disks (FsyncLatency), a slow network (RoundTrip) and overloaded hosts. "
                            + "A higher -ElectionTimeout helps only against the symptom.", member.Name)
                    : facts.Result(Name, CheckSeverity.Ok, finding, member: member.Name);
            }
        }
    }

    private static string Ago(double hours) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{(hours >= 48 ? hours / 24 : hours >= 2 ? hours : hours * 60):0} {(hours >= 48 ? "days" : hours >= 2 ? "hours" : "minutes")}");
}
