using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning.Survey;
using EtcdAdmin.Provisioning.Files;

namespace EtcdAdmin.Deployment.Configuration;

/// <summary>Decides what becomes of settings that were changed by hand, where settings are changed by command.</summary>
internal static class HandEditChoice
{
    /// <summary>The request with what is to be kept.</summary>
    /// <exception cref="EtcdException">HandEdited: nothing was decided, or something cannot be kept.</exception>
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
            // What the command itself says comes first, however it spells the name.
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
        $"Files of cluster '{cluster.Name}' were changed by hand, and applying settings would replace them: {Names(edits)}.")
    {
        Target = cluster.Name,
        NextStep = edits.FirstOrDefault(edit => edit.UnitLines.Count > 0) is { } unit
            ? $"{OwnFile(unit)} Then use -HandEdit Overwrite to go back to the specification, with a copy of the files kept."
            : "Use -HandEdit Keep to take these settings into the specification of the cluster, for all its members, "
                + "or -HandEdit Overwrite to go back to the specification, with a copy of the files kept.",
    };

    // A unit has no place in the specification.
    private static string OwnFile(HandEdit unit) =>
        $"Put the lines of {unit.Member.Unit} that are to stay into a file of your own with 'systemctl edit {unit.Member.Unit}' on {unit.Member.HostName}.";

    private static EtcdException Several(EtcdCluster cluster, string setting, HandEdit[] edits) => NotKept(
        cluster, $"'{setting}' was changed to different values ({Names(edits)}), and all members of a cluster have the same",
        $"Give '{setting}' in this command, or use -HandEdit Overwrite.");

    private static EtcdException NotKept(EtcdCluster cluster, string why, string nextStep) => new(
        EtcdErrorIds.HandEdited, $"What was changed by hand in cluster '{cluster.Name}' cannot be kept in its specification: {why}.")
    {
        Target = cluster.Name,
        NextStep = nextStep,
    };

    private static string Names(HandEdit[] edits) => string.Join(". ", edits.Select(edit => $"{edit.Member.Name}: {edit.Describe()}"));
}
