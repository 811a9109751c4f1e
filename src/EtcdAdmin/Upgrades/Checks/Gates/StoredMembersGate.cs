namespace EtcdAdmin.Upgrades.Checks.Gates;

/// <summary>Checks whether the databases have the same members as the cluster.</summary>
internal static class StoredMembersGate
{
    /// <summary>One result for each database that differs or could not be read, or one for the cluster, where it matters.</summary>
    public static IEnumerable<EtcdUpgradeCheck> Check(UpgradeFacts facts)
    {
        if (!StoredMembers.Matter(facts.Change)) yield break;
        if (facts.StoredBy.Values.All(stored => stored is null))
        {
            yield return Of(
                facts, facts.Stored, null, $"{facts.SnapshotPlace} does not have a snapshot of the cluster, and no database could be read.");
            yield break;
        }

        EtcdUpgradeCheck[] all =
            [.. facts.StoredBy.Select(member => Of(facts, member.Value, member.Key, "Its database could not be read while etcd writes it."))];
        if (all.All(check => check.Result == UpgradeCheckResult.Pass))
        {
            yield return all[0] with { Member = null };
            yield break;
        }

        foreach (EtcdUpgradeCheck check in all.Where(check => check.Result != UpgradeCheckResult.Pass)) yield return check;
    }

    private static EtcdUpgradeCheck Of(UpgradeFacts facts, StoredMembers? found, string? member, string unknown) => found switch
    {
        null => facts.Result(UpgradeGate.StoredMembers, UpgradeCheckResult.NotChecked, unknown,
            "Update-EtcdCluster checks it in the snapshot that it saves first.", member),
        { AreRight: true } =>
            facts.Result(UpgradeGate.StoredMembers, UpgradeCheckResult.Pass, "The database has the members of the cluster.", member: member),
        { Left.Count: 0 } => facts.Result(UpgradeGate.StoredMembers, UpgradeCheckResult.Warn,
            $"The member list in the database differs from the cluster's: {found}. etcd {facts.Change.To} would not start.",
            "Update-EtcdCluster lets the members write it again first, which works from etcd 3.5.20 on.", member),
        // They may have been removed after the snapshot was saved. Update-EtcdCluster decides by a new one, before it changes a member.
        _ when member is null => facts.Result(UpgradeGate.StoredMembers, UpgradeCheckResult.Warn,
            $"The member list in the newest snapshot differs from the cluster's: {found}. If they are in the database now, etcd {facts.Change.To} "
                + "would make them members again.",
            "Save a snapshot (Save-EtcdSnapshot) and check again. If they are still in it, update to the newest 3.5. "
                + "If that does not help, restore a snapshot (Restore-EtcdSnapshot): that makes a new list. Update-EtcdCluster compares the list "
                + "too, and refuses before it changes a member."),
        _ => facts.Result(UpgradeGate.StoredMembers, UpgradeCheckResult.Fail,
            $"The member list in the database differs from the cluster's: {found}. etcd {facts.Change.To} would make them members again.",
            "Update to the newest 3.5 first, and check again. If they are still in the list, restore a snapshot (Restore-EtcdSnapshot): "
                + "that makes a new list.",
            member),
    };
}
