using System.Globalization;
using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Provisioning.Settings.Translation;

/// <summary>Translates the settings of a cluster from one version of etcd to another, in both directions.</summary>
/// <remarks>The names of each version are in <see cref="EtcdSettingTable"/>. An etcd ignores unknown names in its file without a message, so a
/// setting that is not translated would silently lose its effect.</remarks>
internal sealed class SettingTranslator(string cluster, EtcdVersion from, EtcdVersion to)
{
    private const string FeatureGates = "feature-gates";
    private const string Table = "server/embed/config.go";

    private readonly List<SettingChange> _changes = [];
    private readonly List<SettingProblem> _problems = [];
    private readonly SortedDictionary<string, object?> _kept = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, bool> _gates = new(StringComparer.Ordinal);

    private bool IsOtherMinor => (from.Major, from.Minor) != (to.Major, to.Minor);

    /// <summary>Translates. Call it once.</summary>
    public SettingTranslation Translate(EtcdTuning tuning)
    {
        IReadOnlyDictionary<string, object?> extra = tuning.Extra ?? new Dictionary<string, object?>();
        // The gates first: a gate that is set by its own name comes before the old name of the same gate.
        foreach ((string name, object? value) in extra.OrderBy(item => !IsGates(item.Key)).ThenBy(item => item.Key, StringComparer.Ordinal))
        {
            if (value is null || EtcdSettingTable.Find(name) is not { } setting || !SettingOwners.IsFree(setting.Owner)) _kept[name] = value;
            else if (!IsUsed(setting, from)) KeepUnused(name, setting, value);
            else if (IsGates(name)) CarryGates(value);
            else Carry(name, setting, value);
        }

        if (GateTexts.Write(_gates) is { } gates) _kept[FeatureGates] = gates;
        EtcdTuning translated = tuning with { Extra = _kept.Count == 0 ? null : _kept };
        CheckParameters(tuning);
        AddDefaults(tuning);
        _problems.AddRange(SettingCombinations.Check(translated).Where(problem => _problems.TrueForAll(other => other.Name != problem.Name)));
        return new SettingTranslation(translated, _changes, _problems);
    }

    private static bool IsGates(string name) => name.Trim().Equals(FeatureGates, StringComparison.OrdinalIgnoreCase);

    private static bool IsUsed(EtcdSetting setting, EtcdVersion version) =>
        setting.IsKnownTo(version) && IgnoredSettings.Find(setting.Name, version) is null;

    /// <summary>A setting of a profile that was edited: it has no effect now, and must not get one unasked.</summary>
    private void KeepUnused(string name, EtcdSetting setting, object value)
    {
        _kept[name] = value;
        if (IsUsed(setting, to))
            AddProblem(name, $"'{name}' has no effect in etcd {from}, and would take effect in etcd {to}", $"'{name}' = $null");
    }

    private void Carry(string name, EtcdSetting setting, object value)
    {
        if (IgnoredSettings.Find(setting.Name, to) is (var why, var source)) AddRemoved(name, value, why, source);
        else if (SuccessorOf(setting, value) is not (var other, var newValue)) CarryNothing(name, setting, value);
        else if (ReferenceEquals(other, setting)) Keep(name, setting, value);
        else if (other.Name == FeatureGates) CarryGate(name, setting, value);
        else if (_kept.ContainsKey(other.Name))
            AddRemoved(name, value, $"'{other.Name}' is set too, and etcd {to} reads only that name.", Table);
        else
        {
            AddRenamed(name, value, other.Name, newValue);
            Keep(other.Name, other, newValue);
        }
    }

    /// <summary>The setting of the other version with the same effect: the newest name that it reads. Null if there is none.</summary>
    private (EtcdSetting Setting, object Value)? SuccessorOf(EtcdSetting setting, object value)
    {
        bool keepsName = setting.IsKnownTo(to);
        // A patch release changes no name that it still reads.
        if (keepsName && !IsOtherMinor) return (setting, value);
        if (setting.RenamedTo is { } later && EtcdSettingTable.Find(later) is { } next && next.IsKnownTo(to))
            return Converted(setting, next, value) is { } converted ? (next, converted) : null;
        if (keepsName) return (setting, value);
        EtcdSetting? earlier = EtcdSettingTable.All.FirstOrDefault(other =>
            other.RenamedTo == setting.Name && other.Gate is null && other.IsKnownTo(to));
        return earlier is not null && Converted(setting, earlier, value) is { } back ? (earlier, back) : null;
    }

    // 'debug' is the only setting whose successor has values of another type.
    private static object? Converted(EtcdSetting setting, EtcdSetting other, object value) => (setting.Name, other.Name) switch
    {
        ("debug", "log-level") => value is true ? "debug" : null,
        ("log-level", "debug") => value is "debug" ? true : null,
        _ => value,
    };

    private void CarryNothing(string name, EtcdSetting setting, object value)
    {
        bool isSame = (setting.Name == "debug" && value is false) || ImpliedValues.IsTheSame(setting, Normalized(setting, value), to);
        (string Why, string Source)? reason = RemovalReasons.Find(setting.Name);
        if (isSame)
            AddRemoved(name, value, $"etcd {to} does not have this setting and behaves in the same way.", reason?.Source ?? Table);
        else
            AddProblem(name, $"etcd {to} ignores '{name}' ({Text(value)}) without a message" + (reason is { } known ? $": {known.Why}" : ""),
                $"'{name}' = $null");
    }

    private void CarryGate(string name, EtcdSetting setting, object value)
    {
        string gate = setting.Gate!; // has feature-gates as its successor
        bool isOn = Normalized(setting, value) is true;
        if (!_gates.TryAdd(gate, isOn)) AddRemoved(name, value, $"'{FeatureGates}' sets {gate} too, and etcd accepts only one of the two.", Table);
        else AddRenamed(name, value, FeatureGates, GateTexts.Write(gate, isOn));
    }

    private void CarryGates(object value)
    {
        SortedDictionary<string, bool> gates = GateTexts.Read(SettingValues.Text(value));
        foreach ((string gate, bool isOn) in gates)
        {
            string text = GateTexts.Write(gate, isOn);
            if (EtcdSettingTable.Find(FeatureGates)!.IsKnownTo(to) && TextRules.FeatureGates(text, to) is null) _gates[gate] = isOn; // in the table
            else if (EtcdSettingTable.All.FirstOrDefault(setting => setting.Gate == gate && setting.IsKnownTo(to)) is { } flag)
            {
                AddRenamed(FeatureGates, text, flag.Name, isOn);
                _kept[flag.Name] = isOn;
            }
            else if (!isOn) AddRemoved(FeatureGates, text, $"etcd {to} does not have this feature.", "server/features/etcd_features.go");
            else
            {
                string? rest = GateTexts.Write(gates.Where(other => other.Key != gate));
                AddProblem(FeatureGates, $"etcd {to} does not have the feature gate {gate}",
                    $"'{FeatureGates}' = {(rest is null ? "$null" : $"'{rest}'")}");
            }
        }
    }

    private void Keep(string name, EtcdSetting setting, object value)
    {
        _kept[name] = value;
        if (KeptSettings.Problem(setting, value, to, out _) is { } expected)
            AddProblem(name, $"etcd {to} refuses the value of '{name}': it must be {expected}{GivenValue.Not(value)}", $"'{name}' = $null");
    }

    /// <summary>Settings with a parameter keep their names in all versions; the values can be refused.</summary>
    private void CheckParameters(EtcdTuning tuning)
    {
        foreach (TuningSetting parameter in TuningSetting.All)
        {
            if (parameter.GivenIn(tuning) is not { } value || EtcdSettingTable.Find(parameter.Name) is not { } setting) continue;
            if (!setting.IsKnownTo(to))
                AddProblem(setting.Name, $"etcd {to} ignores '{setting.Name}' without a message", $"'{setting.Name}' = $null");
            else if (KeptSettings.Problem(setting, value, to, out _) is { } expected)
                AddProblem(setting.Name, $"etcd {to} refuses the value of '{setting.Name}': it must be {expected}{GivenValue.Not(value)}",
                    $"'{setting.Name}' = $null");
        }
    }

    private void AddDefaults(EtcdTuning tuning)
    {
        (EtcdVersion older, EtcdVersion newer) = from < to ? (from, to) : (to, from);
        bool isUpgrade = from < to;
        foreach (IGrouping<string, DefaultChange> rows in DefaultChanges.All.Where(row => older < row.Since && row.Since <= newer)
            .GroupBy(row => row.Gate ?? row.Name))
        {
            // A default that changed and changed back between the two versions is the same.
            DefaultChange first = rows.MinBy(row => row.Since)!, last = rows.MaxBy(row => row.Since)!; // a group is not empty
            if (first.Before == last.After || IsSet(tuning, last)) continue;
            (string before, string after) = isUpgrade ? (first.Before, last.After) : (last.After, first.Before);
            DefaultChange row = isUpgrade ? last : first;
            _changes.Add(new SettingChange(SettingChangeKind.DefaultChanged, row.Name, before, row.Name, after, row.Effect,
                $"{row.Source} ({row.Since.Major}.{row.Since.Minor})"));
        }
    }

    private static bool IsSet(EtcdTuning tuning, DefaultChange row)
    {
        if (TuningSetting.Find(row.Name) is { } parameter && parameter.Get(tuning) is not null) return true;
        IEnumerable<KeyValuePair<string, object?>> given = (tuning.Extra ?? new Dictionary<string, object?>())
            .Where(item => item.Value is not null && EtcdSettingTable.Find(item.Key) is { } setting
                && (setting.Name == row.Name || setting.RenamedTo == row.Name));
        return row.Gate is { } gate
            ? given.Any(item => GateTexts.Read(item.Value as string).ContainsKey(gate))
            : given.Any();
    }

    private static object Normalized(EtcdSetting setting, object value) =>
        SettingValues.Normalize(setting, value, out object kept) is null ? kept : value;

    private void AddRenamed(string name, object value, string newName, object newValue)
    {
        string why = EtcdSettingTable.Find(name)?.IsKnownTo(to) == true
            ? $"etcd {to} still reads the old name, and a later version does not."
            : $"etcd {to} ignores the old name without a message.";
        _changes.Add(new SettingChange(SettingChangeKind.Renamed, name, Text(value), newName, Text(newValue), why, Table));
    }

    private void AddRemoved(string name, object value, string why, string source) =>
        _changes.Add(new SettingChange(SettingChangeKind.Removed, name, Text(value), null, null, why, source));

    private void AddProblem(string name, string text, string setting) => _problems.Add(new SettingProblem(name, text,
        $"Before the version is changed, run Set-EtcdConfiguration {cluster} -Configuration @{{ {setting} }}."));

    private static string Text(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        IReadOnlyDictionary<string, object?> map => string.Join(',', map.Select(item => $"{item.Key}={Text(item.Value ?? "")}")),
        string text => text,
        IEnumerable<object?> list => string.Join(',', list),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
