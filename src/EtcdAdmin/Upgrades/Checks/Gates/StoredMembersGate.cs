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
            // They may have been removed after the snapshot was saved. Update-EtcdCluster decides by a new one, before it changes a member.
            { } stored => facts.Result(UpgradeGate.StoredMembers, UpgradeCheckResult.Warn,
                $"The member list in the newest snapshot differs from the cluster's: {stored}. If they are in the database now, etcd {facts.Change.To} would "
                    + "make them members again.",
                "Save a snapshot (Save-EtcdSnapshot) and check again. If they are still in it, update to the newest 3.5. If that does not help, restore a snapshot "
                    + "(Restore-EtcdSnapshot): that makes a new list. Update-EtcdCluster compares the list too, and refuses before it changes a member."),
        };
    }
}
