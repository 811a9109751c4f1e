using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Upgrades.Adoption;

/// <summary>Translates the settings of a running etcd into those of a specification.</summary>
internal static class AdoptedTuning
{
    /// <summary>The settings that the operator may set; those of members, addresses, certificates and logs are stated elsewhere.</summary>
    /// <param name="settings">By their names in etcd's configuration file.</param>
    /// <param name="version">The release that reads them.</param>
    /// <param name="left">Receives each setting that cannot be kept, with the reason.</param>
    public static EtcdTuning Of(IReadOnlyDictionary<string, string> settings, EtcdVersion? version, ICollection<string> left)
    {
        var tuning = new EtcdTuning();
        var extra = new SortedDictionary<string, object?>(StringComparer.Ordinal);
        foreach ((string name, string value) in settings)
        {
            if (value.Length == 0 || EtcdSettingTable.Find(name) is not { } setting)
            {
                if (value.Length > 0 && SettingOwners.Find(name) is null) left.Add($"{name} is not a setting that EtcdAdmin knows");
                continue;
            }

            if (!SettingOwners.IsFree(setting.Owner) || !setting.IsKnownTo(version)) continue;
            if (KeptSettings.Problem(setting, value, version, out object kept) is { } expected)
            {
                left.Add($"{name} is '{value}', but must be {expected}");
                continue;
            }

            if (TuningSetting.Find(setting.Name) is { } parameter) tuning = parameter.Set(tuning, kept);
            else extra[setting.Name] = kept;
        }

        return tuning with { Extra = extra.Count == 0 ? null : extra };
    }

    /// <summary>The settings that differ between two members, as text.</summary>
    public static IEnumerable<string> Differences(EtcdTuning one, EtcdTuning other)
    {
        foreach (TuningSetting setting in TuningSetting.All)
        {
            string left = Text(setting.GivenIn(one)), right = Text(setting.GivenIn(other));
            if (left != right) yield return $"{setting.Name} ({left} and {right})";
        }

        foreach (string name in (one.Extra?.Keys ?? []).Union(other.Extra?.Keys ?? []))
        {
            string left = Text(one.Extra?.GetValueOrDefault(name)), right = Text(other.Extra?.GetValueOrDefault(name));
            if (left != right) yield return $"{name} ({left} and {right})";
        }
    }

    private static string Text(object? value) => value switch
    {
        null => "default",
        string text => text,
        System.Collections.IEnumerable list => string.Join(',', list.Cast<object?>()),
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "",
    };
}
