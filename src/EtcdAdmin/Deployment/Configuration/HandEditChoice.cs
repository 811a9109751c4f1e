using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Survey;

namespace EtcdAdmin.Deployment.Configuration;

/// <summary>Decides what to do with settings that were changed by hand when a command changes settings.</summary>
internal static class HandEditChoice
{
    /// <summary>Adds the settings to keep to the request.</summary>
    /// <exception cref="EtcdException">HandEdited: the operator has not decided, or a change cannot be kept.</exception>
    public static ConfigurationRequest Apply(EtcdCluster cluster, ConfigurationRequest request, IReadOnlyList<HandEdit> edits)
    {
        HandEdit[] asked = [.. edits.Where(edit => edit.Matters)];
        if (asked.Length == 0 || request.HandEdit == HandEditAction.Overwrite) return request;
        if (request.HandEdit is null) throw Undecided(cluster, asked);
        if (asked.FirstOrDefault(edit => edit.UnitLines.Count > 0) is { } unit) throw NotKept(
            cluster,
            $"{unit.Member.Unit} of member {unit.Member.Name} was changed ({string.Join("; ", unit.UnitLines)})",
            $"{OwnFile(unit)} Then use -HandEdit Overwrite.");
        var kept = new SortedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (HandEdit edit in asked) Collect(cluster, edit, asked, kept);
        foreach ((string name, object? value) in request.Extra ?? new Dictionary<string, object?>())
        {
            // The values of the command come first, in any case of the name.
            foreach (string same in kept.Keys.Where(key => key.Equals(name.Trim(), StringComparison.OrdinalIgnoreCase)).ToArray()) kept.Remove(same);
            kept[name] = value;
        }

        return request with { Extra = kept };

        void Collect(EtcdCluster of, HandEdit edit, HandEdit[] all, SortedDictionary<string, object?> into)
        {
            foreach (IGrouping<string, EtcdSettingDrift> setting in edit.Settings.GroupBy(setting => setting.Setting.Split('.')[0]))
            {
                if (TuningSetting.Find(setting.Key) is { } parameter && parameter.Get(request.Tuning) is not null) continue;
                object? value = Value(edit, setting);
                if (into.TryGetValue(setting.Key, out object? other) && !Same(other, value)) throw Several(of, setting.Key, all);
                into[setting.Key] = value;
            }
        }
    }

    private static object? Value(HandEdit edit, IGrouping<string, EtcdSettingDrift> setting)
    {
        if (setting.Any(part => part.Setting == edit.Member.Layout.ConfigFile)) return null; // refused as a name
        if (setting.All(part => part.Setting == setting.Key)) return setting.First().Actual;
        Dictionary<string, object?> map = setting.Where(part => part.Actual is not null)
            .ToDictionary(part => part.Setting[(setting.Key.Length + 1)..], part => (object?)part.Actual, StringComparer.Ordinal);
        return map.Count == 0 ? null : map;
    }

    private static bool Same(object? left, object? right) => new EqualMap([new("", left)]).Equals(new EqualMap([new("", right)]));

    private static EtcdException Undecided(EtcdCluster cluster, HandEdit[] edits) => new(
        EtcdErrorIds.HandEdited,
        $"Files of cluster '{cluster.Name}' were changed by hand, and applying settings would replace these changes: {Names(edits)}.")
    {
        Target = cluster.Name,
        NextStep = edits.FirstOrDefault(edit => edit.UnitLines.Count > 0) is { } unit
            ? $"{OwnFile(unit)} Then use -HandEdit Overwrite to discard the changes made by hand; a copy of the changed files is kept on the host."
            : "Use -HandEdit Keep to add these settings to the specification of the cluster, for all its members, "
                + "or -HandEdit Overwrite to discard the changes made by hand; a copy of the changed files is kept on the host.",
    };

    // The specification has no settings of the unit.
    private static string OwnFile(HandEdit unit) =>
        $"Put the lines of {unit.Member.Unit} that you want to keep into a drop-in file "
            + $"with 'systemctl edit {unit.Member.Unit}' on {unit.Member.HostName}.";

    private static EtcdException Several(EtcdCluster cluster, string setting, HandEdit[] edits) => NotKept(
        cluster, $"'{setting}' was changed to different values ({Names(edits)}), but all members of a cluster have the same value",
        $"Give '{setting}' in this command with the value for all members, or use -HandEdit Overwrite to discard the changes made by hand.");

    private static EtcdException NotKept(EtcdCluster cluster, string why, string nextStep) => new(
        EtcdErrorIds.HandEdited, $"The changes made by hand in cluster '{cluster.Name}' cannot be kept in its specification: {why}.")
    {
        Target = cluster.Name,
        NextStep = nextStep,
    };

    private static string Names(HandEdit[] edits) => string.Join(". ", edits.Select(edit => $"{edit.Member.Name}: {edit.Describe()}"));
}
