using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Upgrades.Versions;

namespace EtcdAdmin.Upgrades.Checks.Gates;

/// <summary>Checks the versions that members run, and whether the cluster has settled on one.</summary>
internal static class VersionGates
{
    /// <summary>One result for each member and gate.</summary>
    public static IEnumerable<EtcdUpgradeCheck> Check(UpgradeFacts facts)
    {
        foreach (EtcdHealth member in facts.Membership.Health.Members)
        {
            yield return Running(facts, member);
            if (Floor(facts, member) is { } floor) yield return floor;
        }
    }

    private static EtcdUpgradeCheck Running(UpgradeFacts facts, EtcdHealth member)
    {
        if (member.RunningVersion is not { } running)
            return facts.Result(UpgradeGate.Version, UpgradeCheckResult.NotChecked, "It does not report its version.", member: member.Member);
        if (member.InstalledVersion is { } installed && installed != running && running != facts.Change.To)
        {
            return facts.Result(UpgradeGate.Version, UpgradeCheckResult.Warn,
                $"It runs etcd {running}, but etcd {installed} is installed for it: it was not restarted since.",
                "The version change restarts it.", member.Member);
        }

        ServerVersions? reported = facts.Versions.GetValueOrDefault(member.Member);
        // A member that is done already waits for the others, so the versions differ.
        if (facts.Change.Kind == VersionChangeKind.Upgrade && MinorLine.Of(running) == facts.Change.From && reported is { Cluster: var agreed }
            && (agreed is not { } version || MinorLine.Of(version) != facts.Change.From))
        {
            return facts.Result(UpgradeGate.Version, UpgradeCheckResult.Fail,
                $"It runs etcd {running}, but the cluster's version is still {(agreed is { } older ? older.ToString() : "not decided")}: "
                    + "the last upgrade has not settled.",
                "Wait until all members have answered each other for a few seconds, then run the command again.", member.Member);
        }

        return facts.Result(UpgradeGate.Version, UpgradeCheckResult.Pass,
            $"It runs etcd {running}{(reported?.Cluster is { } cluster ? $", cluster version {cluster}" : "")}.", member: member.Member);
    }

    private static EtcdUpgradeCheck? Floor(UpgradeFacts facts, EtcdHealth member)
    {
        if (facts.Change.Kind != VersionChangeKind.Upgrade || VersionFloor.Of(facts.Change.From) is not { } floor) return null;
        if (member.RunningVersion is not { } running || MinorLine.Of(running) != floor.From) return null;
        var least = new EtcdVersion(floor.From.Major, floor.From.Minor, floor.Patch);
        return running >= least
            ? facts.Result(
                UpgradeGate.PatchFloor, UpgradeCheckResult.Pass, $"etcd {running} is new enough to leave {floor.From}.", member: member.Member)
            : facts.Result(
                UpgradeGate.PatchFloor, UpgradeCheckResult.Fail, $"It runs etcd {running}; {floor.From} is left from {least} on. {floor.Why}",
                $"Update to etcd {least} or newer first (Update-EtcdCluster {facts.Cluster.Name} -Version {least}). "
                    + "If that version is not available and all other checks pass, use -IgnoreCheck PatchFloor.", member.Member);
    }
}
