using EtcdAdmin.Client.Records;
using EtcdAdmin.Provisioning.Joining;

namespace EtcdAdmin.Upgrades.Checks.Gates;

/// <summary>Checks whether the cluster has the members of its profile, and whether all have started and vote.</summary>
internal static class MembershipGate
{
    /// <summary>One result for the cluster, or one for each problem.</summary>
    public static IEnumerable<EtcdUpgradeCheck> Check(UpgradeFacts facts)
    {
        bool isFine = true;
        if (facts.Cluster.Spec is { } spec)
        {
            foreach (string difference in ProfileComparison.Differences(spec, facts.Membership.Members))
            {
                isFine = false;
                yield return facts.Result(UpgradeGate.Membership, UpgradeCheckResult.Fail, $"Profile and cluster differ: {difference}.",
                    $"Update the profile first (Set-EtcdConfiguration {facts.Cluster.Name} -FromCluster), or remove a member that is gone for good "
                        + "(Remove-EtcdMember).");
            }
        }

        foreach (Member member in facts.Membership.Members)
        {
            string name = Membership.NameOf(member);
            if (!member.IsStarted)
            {
                isFine = false;
                yield return facts.Result(UpgradeGate.Membership, UpgradeCheckResult.Fail,
                    "It was added to the cluster and has never started, so the cluster waits for it.",
                    "Finish adding it (Add-EtcdMember), or remove it (Remove-EtcdMember).", name);
            }
            else if (member.IsLearner)
            {
                isFine = false;
                yield return facts.Result(UpgradeGate.Membership, UpgradeCheckResult.Warn, "It is a learner: it has no vote.",
                    "Promote it first (Add-EtcdMember for its host), or remove it (Remove-EtcdMember).", name);
            }
        }

        if (isFine)
        {
            yield return facts.Result(UpgradeGate.Membership, UpgradeCheckResult.Pass,
                $"All {facts.Membership.Members.Count} member(s) have started and vote.");
        }
    }
}
