using System.Globalization;
using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;
using EtcdAdmin.Clusters.Health;

namespace EtcdAdmin.Checks.Rules;

/// <summary>Whether each member belongs to the cluster, answers, and has a quorum.</summary>
internal static class MembersRule
{
    private const string Name = "Members";

    /// <summary>One result for each member.</summary>
    public static IEnumerable<EtcdCheck> Check(CheckFacts facts)
    {
        foreach (EtcdHealth member in facts.Health.Members)
        {
            yield return member switch
            {
                { Serves: true, Authorized: false } => facts.Result(
                    Name, CheckSeverity.Unknown, "It is alive, but refuses the user or certificate.", member.Reason,
                    "Connect with a user that may read (Connect-EtcdCluster, or -Credential).", member.Member),
                { Serves: true } => facts.Result(Name, CheckSeverity.Ok, $"It serves ({Role(member)}).", member: member.Member),
                _ => facts.Result(Name, CheckSeverity.Critical, "It does not serve.", member.Reason + LastHealthy(facts, member),
                    member.IsMember == false
                        ? $"Repair-EtcdMember {member.Member} -Cluster {facts.Cluster.Name} adds it again; "
                            + "Remove-EtcdMember removes it from the profile."
                        : $"Start it: Start-EtcdMember {member.Member} -Cluster {facts.Cluster.Name}. If it ends again, the error quotes its log; "
                            + "Resolve-EtcdError explains it.",
                    member.Member),
            };
        }
    }

    private static string LastHealthy(CheckFacts facts, EtcdHealth member) =>
        facts.History.Value?.LastOrDefault(record => record.Members.Any(one => one.Member == member.Member && one.Healthy)) is { } last
            ? $"; last recorded as healthy: {last.Time.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC"
            : "";

    private static string Role(EtcdHealth member) => member.IsLeader == true ? "leader" : member.IsLearner == true ? "learner" : "follower";
}
