using System.Globalization;
using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;

namespace EtcdAdmin.Checks.Rules;

/// <summary>How many requests took longer than etcd expects.</summary>
internal static class SlowAppliesRule
{
    private const string Name = "SlowApplies";
    private const double Share = 0.01;

    // A few at a start are normal.
    private const double Least = 10;

    /// <summary>One result for each member.</summary>
    public static IEnumerable<EtcdCheck> Check(CheckFacts facts)
    {
        foreach (MemberFacts member in facts.Members)
        {
            if (member.Metrics.Value is not { } page) yield return facts.NotKnown(Name, member.Metrics, member.Name);
            // Since etcd 3.5 (server/etcdserver/metrics.go).
            else if (page.Sum("etcd_server_slow_apply_total") is not { } slow || page.Sum("etcd_server_proposals_applied_total") is not { } all)
                yield return facts.Result(Name, CheckSeverity.NotApplicable, "Not checked: this version does not count them.", member: member.Name);
            else
            {
                string finding = string.Create(CultureInfo.InvariantCulture, $"{slow:0} request(s) took longer than 100 ms to apply.");
                string evidence = string.Create(CultureInfo.InvariantCulture, $"{slow:0} of {all:0} applied proposals.");
                yield return slow >= Least && slow > all * Share
                    ? facts.Result(Name, CheckSeverity.Warning, finding, evidence,
                        "Look for slow disks (CommitLatency), large requests, and too little processor time.", member.Name)
                    : facts.Result(Name, CheckSeverity.Ok, finding, evidence, member: member.Name);
            }
        }
    }
}
