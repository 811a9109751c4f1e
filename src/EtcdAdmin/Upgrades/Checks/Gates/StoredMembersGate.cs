namespace EtcdAdmin.Upgrades.Checks.Gates;

/// <summary>Checks whether the database has the same members as the cluster.</summary>
internal static class StoredMembersGate
{
    /// <summary>One result for the cluster, where it matters.</summary>
    public static IEnumerable<EtcdUpgradeCheck> Check(UpgradeFacts facts)
    {
        if (!StoredMembers.Matter(facts.Change)) yield break;
        yield return facts.Stored switch
        {
            null => facts.Result(UpgradeGate.StoredMembers, UpgradeCheckResult.NotChecked, $"{facts.SnapshotPlace} does not have a snapshot of the cluster.",
                "Update-EtcdCluster checks it in the snapshot that it saves first. To check it now, save one there (Save-EtcdSnapshot)."),
            { AreRight: true } => facts.Result(UpgradeGate.StoredMembers, UpgradeCheckResult.Pass, "The database has the members of the cluster."),
            { Left.Count: 0 } stored => facts.Result(UpgradeGate.StoredMembers, UpgradeCheckResult.Warn,
                $"The member list in the database differs from the cluster's: {stored}. etcd {facts.Change.To} would not start.",
                "Update-EtcdCluster lets the members write it again first, which works from etcd 3.5.20 on."),
            { } stored => facts.Result(UpgradeGate.StoredMembers, UpgradeCheckResult.Fail,
                $"The member list in the database differs from the cluster's: {stored}. etcd {facts.Change.To} would make them members again.",
                "Update to the newest 3.5 first, and check again. If they are still in the list, restore a snapshot (Restore-EtcdSnapshot): that makes a new list."),
        };
    }
}
