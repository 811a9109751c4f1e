using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Upgrades.Checks.Gates;

/// <summary>
/// Checks whether the operator holds the cluster at its version. A hold refuses patch versions too: every change restarts all members.
/// </summary>
internal static class VersionHoldGate
{
    /// <summary>One result for a cluster with a specification.</summary>
    public static IEnumerable<EtcdUpgradeCheck> Check(UpgradeFacts facts)
    {
        if (facts.Cluster.Spec is not { } spec) yield break;
        string release = $"Release it with 'Set-EtcdConfiguration {facts.Cluster.Name} -VersionHold None'";
        yield return spec.VersionHold switch
        {
            null => facts.Result(UpgradeGate.VersionHold, UpgradeCheckResult.Pass, "The cluster is not held at its version."),
            var hold when !hold.Holds(facts.Now) =>
                facts.Result(UpgradeGate.VersionHold, UpgradeCheckResult.Pass, $"The version hold has ended ({hold})."),
            // Members of two versions, or a downgrade in progress, are not a state to keep.
            var hold when IsUnfinished(facts, spec) => facts.Result(UpgradeGate.VersionHold, UpgradeCheckResult.Warn,
                $"The cluster is held at its version {hold}, but a version change is unfinished, so it may be finished or rolled back."),
            var hold => facts.Result(UpgradeGate.VersionHold, UpgradeCheckResult.Fail, $"The cluster is held at etcd {spec.Version} {hold}.",
                $"{release}, or use -IgnoreCheck VersionHold for this change only."),
        };
    }

    private static bool IsUnfinished(UpgradeFacts facts, ClusterSpec spec) =>
        spec.Members.Any(member => spec.VersionOf(member) != spec.Version)
        || facts.Membership.Health.Members.Any(member => member.DowngradeTarget is not null);
}
