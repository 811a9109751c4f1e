using EtcdAdmin.Upgrades.V2Store;

namespace EtcdAdmin.Upgrades.Checks.Gates;

/// <summary>Checks whether the members hold v2 data that the new version refuses to start with.</summary>
internal static class V2DataGate
{
    /// <summary>One result for each member.</summary>
    public static IEnumerable<EtcdUpgradeCheck> Check(UpgradeFacts facts)
    {
        if (!UpgradeFacts.V2Matters(facts.Change)) yield break;
        if (facts.Hosts is null)
        {
            yield return facts.Result(UpgradeGate.V2Data, UpgradeCheckResult.NotChecked, "EtcdAdmin does not manage the hosts of this cluster.",
                "Run 'etcdutl check v2store' of etcd 3.5.32 or newer on each stopped member.");
            yield break;
        }

        foreach (V2Findings found in facts.V2)
        {
            yield return (found.Unreadable, found.ObstacleTo(facts.Change.To)) switch
            {
                ({ } why, _) => facts.Result(UpgradeGate.V2Data, UpgradeCheckResult.Fail, $"Its raft data could not be read: {why}.",
                    "Run the command again. If that does not help, compare its data with that of the other members "
                        + "(Get-EtcdHealth -CheckHash) first.", found.Member),
                (_, null) => facts.Result(UpgradeGate.V2Data, UpgradeCheckResult.Pass, "It holds no v2 data that the new version refuses.",
                    member: found.Member),
                (_, { Cure: V2Cure.RaftSnapshot } obstacle) => facts.Result(UpgradeGate.V2Data, UpgradeCheckResult.Warn,
                    $"etcd {facts.Change.To} would not start with its data: {obstacle.Finding}.",
                    "Update-EtcdCluster lets it write a raft snapshot first.", found.Member),
                (_, { } obstacle) => facts.Result(UpgradeGate.V2Data, UpgradeCheckResult.Fail,
                    $"etcd {facts.Change.To} would not start with its data: {obstacle.Finding}.", obstacle.Remedy, found.Member),
            };
        }
    }
}
