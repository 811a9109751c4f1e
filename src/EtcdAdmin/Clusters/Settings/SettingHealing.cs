using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Clusters.Settings;

/// <summary>Converts durations of a saved specification to the current format.</summary>
/// <remarks>Earlier versions saved a TimeSpan in JSON's notation, <c>00:00:05</c>, which was then written to etcd as text; etcd refuses it.</remarks>
internal static class SettingHealing
{
    /// <summary>The same settings with converted durations; the same object if there is nothing to convert.</summary>
    public static ClusterSpec Heal(ClusterSpec spec) => spec with { Tuning = Heal(spec.Tuning) };

    /// <summary>The converted values, as sentences.</summary>
    public static IEnumerable<string> Describe(EtcdTuning before, EtcdTuning healed)
    {
        if (before.AutoCompactionRetention != healed.AutoCompactionRetention)
            yield return $"'auto-compaction-retention' is '{before.AutoCompactionRetention}' and is treated as {healed.AutoCompactionRetention}.";
        foreach ((string name, object? value) in before.Extra ?? new Dictionary<string, object?>())
        {
            if (IsAmiss(name, value)) yield return $"'{name}' is '{value}' and is treated as {healed.Extra![name]}."; // the same names
        }
    }

    private static EtcdTuning Heal(EtcdTuning tuning)
    {
        if (tuning.AutoCompactionRetention is { } kept && kept.Contains(':', StringComparison.Ordinal)
            && SettingValues.Nanoseconds(kept) is { } retention)
            tuning = tuning with { AutoCompactionRetention = GoDuration.Format(retention) };
        if (tuning.Extra is not { } extra || !extra.Any(item => IsAmiss(item.Key, item.Value))) return tuning;
        return tuning with
        {
            Extra = extra.ToDictionary(item => item.Key, item => IsAmiss(item.Key, item.Value) ? Healed(item.Key, item.Value!) : item.Value),
        };
    }

    // A value that is not a duration is kept: its use reports the problem.
    private static bool IsAmiss(string name, object? value) => value is not null && !Equals(Healed(name, value), value);

    private static object Healed(string name, object value) =>
        EtcdSettingTable.Find(name) is { Type: SettingType.Duration or SettingType.Milliseconds or SettingType.Seconds } setting
        && SettingValues.Normalize(setting, value, out object kept) is null
            ? kept
            : value;
}
