using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Provisioning.Settings.Translation;
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

        bool isFine = edits.Length == 0;
        foreach (EtcdUpgradeCheck check in Translated(facts))
        {
            isFine = false;
            yield return check;
        }

        if (isFine)
            yield return facts.Result(
                UpgradeGate.Settings, UpgradeCheckResult.Pass, $"etcd {facts.Change.To} reads all settings of the cluster the same.");
    }

    private static IEnumerable<EtcdUpgradeCheck> Translated(UpgradeFacts facts)
    {
        ClusterSpec spec = facts.Cluster.RequireSpec();
        if (spec.Version is not { } old) yield break;
        var translation = SettingTranslation.Of(facts.Cluster.Name, spec.Tuning, old, facts.Change.To);
        foreach (SettingProblem problem in translation.Problems)
            yield return facts.Result(UpgradeGate.Settings, UpgradeCheckResult.Fail, $"{problem.Text}.", problem.NextStep);
        foreach (SettingChange change in translation.Changes)
        {
            // A new name changes nothing for the operator, and everybody's defaults change.
            yield return facts.Result(UpgradeGate.Settings,
                change.Kind == SettingChangeKind.MeaningChanged ? UpgradeCheckResult.Warn : UpgradeCheckResult.Pass, change.ToString());
        }
    }
}
