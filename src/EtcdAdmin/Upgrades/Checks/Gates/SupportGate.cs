using EtcdAdmin.Upgrades.Versions;

namespace EtcdAdmin.Upgrades.Checks.Gates;

/// <summary>Checks what is known about the new version.</summary>
internal static class SupportGate
{
    /// <summary>One result for each problem, or one for the cluster.</summary>
    public static IEnumerable<EtcdUpgradeCheck> Check(UpgradeFacts facts)
    {
        EtcdVersion version = facts.Change.To;
        ReleaseSupport support = facts.Support;
        if (!support.IsSupported(version))
        {
            yield return facts.Result(
                UpgradeGate.Support, UpgradeCheckResult.Warn, $"The etcd project no longer repairs etcd {MinorLine.Of(version)}.",
                "Use it only as a step to a newer version.");
            yield break;
        }

        string[] weaknesses = [.. support.WeaknessesOf(version)];
        yield return weaknesses.Length == 0
            ? facts.Result(UpgradeGate.Support, UpgradeCheckResult.Pass, $"No published weakness of etcd {version} was known on {support.Known:O}.")
            : facts.Result(UpgradeGate.Support, UpgradeCheckResult.Warn, $"etcd {version} has published weaknesses: {string.Join("; ", weaknesses)}.",
                "Choose a newer patch version.");
    }
}
