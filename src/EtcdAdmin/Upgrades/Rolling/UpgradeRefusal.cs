using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Upgrades.Checks;
using EtcdAdmin.Upgrades.Versions;

namespace EtcdAdmin.Upgrades.Rolling;

/// <summary>Refuses a version change whose checks failed.</summary>
internal static class UpgradeRefusal
{
    // Nobody can take responsibility for these: the members would not come up, or the result could not be proved.
    private static readonly HashSet<UpgradeGate> Required = [UpgradeGate.Access, UpgradeGate.Package, UpgradeGate.Version];

    /// <summary>Returns the warnings, or refuses with all failed checks at once.</summary>
    /// <exception cref="EtcdException">UpgradeRefused.</exception>
    public static string[] Require(
        EtcdCluster cluster, VersionChange change, IReadOnlyList<EtcdUpgradeCheck> checks, IReadOnlySet<UpgradeGate> ignored)
    {
        EtcdUpgradeCheck[] failed =
        [
            .. checks.Where(check => check.Result == UpgradeCheckResult.Fail && (!ignored.Contains(check.Gate) || Required.Contains(check.Gate))),
        ];
        if (failed.Length > 0)
        {
            throw new EtcdException(EtcdErrorIds.UpgradeRefused,
                $"The {change} of cluster '{cluster.Name}' was not begun: {string.Join(" ", Texts(failed))}")
            {
                Target = cluster.Name,
                NextStep = string.Join(" ", failed.Select(check => check.NextStep).OfType<string>().Distinct(StringComparer.Ordinal)),
            };
        }

        return
        [
            .. Texts(checks.Where(check => check.Result is UpgradeCheckResult.Warn or UpgradeCheckResult.Fail && check.Gate != UpgradeGate.Snapshot)),
        ];
    }

    /// <summary>What is the same for several members is said once.</summary>
    private static IEnumerable<string> Texts(IEnumerable<EtcdUpgradeCheck> checks) =>
        checks.GroupBy(check => (check.Gate, check.Reason)).Select(same => same.Select(check => check.Member).OfType<string>().ToArray() switch
        {
            [] => same.Key.Reason,
            [var member] => $"Member {member}: {same.Key.Reason}",
            var members => $"Members {string.Join(", ", members)}: {same.Key.Reason}",
        });
}
