using System.Globalization;

namespace EtcdAdmin.Upgrades.Checks.Gates;

/// <summary>Checks whether a recent snapshot is at hand. Updating saves one in any case.</summary>
internal static class SnapshotGate
{
    private static readonly TimeSpan Recent = TimeSpan.FromDays(1);

    /// <summary>One result for the cluster.</summary>
    public static IEnumerable<EtcdUpgradeCheck> Check(UpgradeFacts facts)
    {
        const string Saves = "Update-EtcdCluster saves one before its first step.";
        yield return facts.SnapshotAge switch
        {
            null => facts.Result(
                UpgradeGate.Snapshot, UpgradeCheckResult.Warn, $"{facts.SnapshotPlace} does not have a snapshot of the cluster.", Saves),
            { } age when age > Recent => facts.Result(UpgradeGate.Snapshot, UpgradeCheckResult.Warn,
                string.Create(CultureInfo.InvariantCulture, $"The newest snapshot in {facts.SnapshotPlace} is {age.TotalDays:0.#} days old."), Saves),
            { } age => facts.Result(UpgradeGate.Snapshot, UpgradeCheckResult.Pass,
                string.Create(CultureInfo.InvariantCulture, $"The newest snapshot in {facts.SnapshotPlace} is {age.TotalHours:0.#} hours old.")),
        };
    }
}
