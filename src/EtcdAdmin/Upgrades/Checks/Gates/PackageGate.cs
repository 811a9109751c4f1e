using EtcdAdmin.Errors;

namespace EtcdAdmin.Upgrades.Checks.Gates;

/// <summary>Checks whether the programs of the new version are available for all hosts.</summary>
internal static class PackageGate
{
    /// <summary>One result for each processor architecture without programs, or one for the cluster.</summary>
    public static IEnumerable<EtcdUpgradeCheck> Check(UpgradeFacts facts)
    {
        if (facts.Hosts is null)
        {
            yield return facts.Result(UpgradeGate.Package, UpgradeCheckResult.NotChecked, "EtcdAdmin does not manage the hosts of this cluster.");
            yield break;
        }

        foreach ((string platform, EtcdException problem) in facts.MissingPackages)
        {
            yield return facts.Result(UpgradeGate.Package, UpgradeCheckResult.Fail, $"For {platform}: {problem.Message}",
                problem.NextStep ?? "Give the package with -Package.");
        }

        if (facts.MissingPackages.Count == 0)
            yield return facts.Result(UpgradeGate.Package, UpgradeCheckResult.Pass, $"etcd {facts.Change.To} is available for all hosts.");
    }
}
