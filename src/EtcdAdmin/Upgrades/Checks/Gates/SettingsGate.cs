using EtcdAdmin.Provisioning.Survey;

namespace EtcdAdmin.Upgrades.Checks.Gates;

/// <summary>Checks whether the settings are known to the new version, and whether files were changed by hand.</summary>
internal static class SettingsGate
{
    /// <summary>One result for each problem, or one for the cluster.</summary>
    public static IEnumerable<EtcdUpgradeCheck> Check(UpgradeFacts facts)
    {
        if (facts.Hosts is null)
        {
            yield return facts.Result(UpgradeGate.Settings, UpgradeCheckResult.NotChecked, "EtcdAdmin does not manage the settings of this cluster.");
            yield break;
        }

        HandEdit[] edits = [.. facts.Edits.Where(edit => edit.Matters)];
        foreach (HandEdit edit in edits)
        {
            yield return facts.Result(UpgradeGate.Settings, UpgradeCheckResult.Fail,
                $"{edit.Files} was changed by hand ({edit.Describe()}), and the new configuration would replace that.",
                $"Decide first: Set-EtcdConfiguration {facts.Cluster.Name} -HandEdit Keep (or Overwrite).", edit.Member.Name);
        }

        if (edits.Length == 0)
            yield return facts.Result(UpgradeGate.Settings, UpgradeCheckResult.Pass, $"etcd {facts.Change.To} knows all settings of the cluster.");
    }
}
