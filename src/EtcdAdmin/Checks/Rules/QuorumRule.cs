using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;
using EtcdAdmin.Clusters.Health;

namespace EtcdAdmin.Checks.Rules;

/// <summary>How many more members may fail.</summary>
internal static class QuorumRule
{
    private const string Name = "Quorum";

    /// <summary>One result for the cluster.</summary>
    public static IEnumerable<EtcdCheck> Check(CheckFacts facts)
    {
        QuorumCount count = QuorumCount.Of(facts.Health, member => member.Serves);
        string evidence = $"{count.Up} of {count.Voters} voters serve; {count.Quorum} are a quorum.";
        int margin = count.Up - count.Quorum;
        yield return (count, margin) switch
        {
            ({ Holds: false }, _) => facts.Result(Name, CheckSeverity.Critical, "The cluster has no quorum: it accepts no writes.", evidence,
                $"Start the members that are down (Get-EtcdHealth {facts.Cluster.Name} | Start-EtcdMember). "
                    + "If their data is lost, see Repair-EtcdCluster."),
            ({ Voters: 1 }, _) => facts.Result(Name, CheckSeverity.Warning, "The cluster has one voter: if it fails, the cluster fails.", evidence,
                "Add two members (Add-EtcdMember)."),
            (_, 0) when count.Voters > 2 => facts.Result(
                Name, CheckSeverity.Critical, "The cluster loses its quorum if one more voter fails.", evidence,
                $"Start the members that are down (Get-EtcdHealth {facts.Cluster.Name} | Start-EtcdMember), before all other changes. "
                    + "If their data is lost, see Repair-EtcdMember."),
            ({ Voters: 2 }, _) => facts.Result(
                Name, CheckSeverity.Warning, "The cluster has two voters: if either fails, the cluster fails.", evidence,
                "Add a member (Add-EtcdMember)."),
            (_, _) when count.Voters % 2 == 0 =>
                facts.Result(Name, CheckSeverity.Info, $"{margin} more voter(s) may fail. An even number of voters tolerates no more "
                    + "failures than one voter less.", evidence, "Add or remove a member."),
            _ => facts.Result(Name, CheckSeverity.Ok, $"{margin} more voter(s) may fail.", evidence),
        };
    }
}
