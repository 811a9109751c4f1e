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
            null => facts.Result(UpgradeGate.StoredMembers, UpgradeCheckResult.NotChecked, $"There is no snapshot of the cluster in {facts.SnapshotPlace}.",
                "Update-EtcdCluster checks it in the snapshot that it saves first. To check it now, save one there (Save-EtcdSnapshot)."),
            { AreRight: true } => facts.Result(UpgradeGate.StoredMembers, UpgradeCheckResult.Pass, "The database has the members of the cluster."),
            { Left.Count: 0 } stored => facts.Result(UpgradeGate.StoredMembers, UpgradeCheckResult.Warn,
                $"The member list in the database differs from the cluster's: {stored}. etcd {facts.Change.To} would not start.",
                "Update-EtcdCluster corrects it first, if the cluster runs etcd 3.5.20 or newer."),
            { } stored => facts.Result(UpgradeGate.StoredMembers, UpgradeCheckResult.Fail,
                $"The member list in the database differs from the cluster's: {stored}. With etcd {facts.Change.To} they would come back.",
                "Update to the newest 3.5 first, and check again. If they stay, restore a snapshot (Restore-EtcdSnapshot): that makes a new list."),
        };
    }
}
