using System.Globalization;
using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;
using EtcdAdmin.Clusters.Health;

namespace EtcdAdmin.Checks.Rules;

/// <summary>Members that were added, and neither started nor promoted.</summary>
internal static class LearnersRule
{
    private const string Name = "Learners";
    private const long LagOfNone = 5_000;

    /// <summary>One result for each such member, or one for the cluster.</summary>
    public static IEnumerable<EtcdCheck> Check(CheckFacts facts)
    {
        bool isFine = true;
        foreach (MemberFacts member in facts.Members)
        {
            if (member.Listed is { IsStarted: false })
            {
                isFine = false;
                yield return facts.Result(Name, CheckSeverity.Warning,
                    "It was added to the cluster and has never started, and it counts for the quorum unless it is a learner.",
                    $"Member id {member.Listed.Id}.", "Run Add-EtcdMember again to finish, or Remove-EtcdMember.", member.Name);
            }
            else if (member.Health.IsLearner == true)
            {
                isFine = false;
                yield return facts.Result(Name, CheckSeverity.Warning, "It is a learner: it does not vote.", Lag(member.Health),
                    member.Health.RaftLag > LagOfNone ? "Wait until it has caught up. If its lag does not shrink, check its disk and network."
                        : $"Add-EtcdMember promotes learners when it is run again; or remove it (Remove-EtcdMember {member.Name} -Cluster "
                            + $"{facts.Cluster.Name}).", member.Name);
            }
        }

        if (isFine) yield return facts.Result(Name, CheckSeverity.Ok, "No member is a learner, and none was added without ever starting.");
    }

    private static string? Lag(EtcdHealth member) =>
        member.RaftLag is { } lag ? string.Create(CultureInfo.InvariantCulture, $"It is {lag} raft entries behind the leader.") : null;
}
