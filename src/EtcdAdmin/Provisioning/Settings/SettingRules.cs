using System.Globalization;
using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Provisioning.Settings;

/// <summary>
/// Checks settings by their names in etcd's configuration file and normalizes their values. A setting with a parameter of its own is stored
/// in that parameter.
/// </summary>
/// <param name="version">The etcd that reads the settings; null where it is not known yet, which accepts the names of all releases.</param>
/// <param name="force">Allows settings that can lose data.</param>
internal sealed class SettingRules(EtcdVersion? version, bool force)
{
    /// <summary>The patch number of a version whose newest patch is not known yet.</summary>
    public const int AnyPatch = int.MaxValue;

    // The most hours that fit into Go's nanoseconds.
    private const long MostHours = 2_562_047;

    // etcd retries every tenth of this time, and exits where that is 0 (v3compactor/periodic.go, getRetryInterval and getRetentions, 3.3 to 3.7).
    private const long LeastRetention = 10;

    private readonly List<SettingProblem> _problems = [];

    /// <summary>Applies wanted settings to the old settings.</summary>
    /// <param name="old">The present settings.</param>
    /// <param name="wanted">Settings by parameter; null values are not changed.</param>
    /// <param name="extra">Settings by name; a null value resets the setting to etcd's default. Null for none.</param>
    /// <param name="replaces">Whether <paramref name="extra"/>, if given, replaces all old settings by name.</param>
    /// <exception cref="EtcdException">SpecInvalid, with all problems.</exception>
    public EtcdTuning Apply(EtcdTuning old, EtcdTuning wanted, IReadOnlyDictionary<string, object?>? extra, bool replaces)
    {
        EtcdTuning tuning = TuningRules.Merge(old, wanted) with { Extra = old.Extra };
        var kept = new SortedDictionary<string, object?>(StringComparer.Ordinal);
        if (old.Extra is { } before && !(replaces && extra is not null))
        {
            foreach ((string name, object? value) in before) kept[name] = value;
        }

        // Earlier versions kept settings with a parameter by name too.
        foreach (TuningSetting given in TuningSetting.All.Where(setting => setting.Get(wanted) is not null)) Forget(kept, given.Name);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, object? value) in extra ?? new Dictionary<string, object?>())
        {
            if (!seen.Add(name.Trim())) Add(name, $"'{name}' is given twice", "Give it once.");
            else if (value is null) tuning = Reset(tuning, kept, name, old);
            else if (Take(name, value, old) is (var known, var normalized)) tuning = Put(tuning, kept, known, normalized, wanted);
        }

        CheckKept(tuning, kept, extra);
        CheckRenamed(kept);
        tuning = WithRetention(tuning with { Extra = kept.Count == 0 ? null : kept }, old);
        CheckParameters(wanted);
        _problems.AddRange(SettingCombinations.Check(tuning));
        SettingProblem.ThrowIfAny(_problems);
        TuningRules.Check(tuning);
        return tuning;
    }

    /// <summary>Checks settings for the release, once it is known.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public void CheckRelease(EtcdTuning tuning)
    {
        CheckParameters(tuning);
        foreach ((string name, object? value) in tuning.Extra ?? new Dictionary<string, object?>())
        {
            if (EtcdSettingTable.Find(name) is not { } setting) continue;
            if (!setting.IsKnownTo(version)) AddUnknown(name, setting);
            else if (value is not null && setting.Rule?.Invoke(value, version) is { } expected) AddWrong(name, value, expected);
        }

        SettingProblem.ThrowIfAny(_problems);
    }

    /// <summary>Values of parameters are not normalized, and etcd checks them as strictly as values by name.</summary>
    private void CheckParameters(EtcdTuning wanted)
    {
        foreach (TuningSetting parameter in TuningSetting.All)
        {
            if (EtcdSettingTable.Find(parameter.Name) is { Rule: not null } setting && parameter.GivenIn(wanted) is { } value
                && KeptSettings.Problem(setting, value, version, out _) is { } expected) AddWrong($"-{parameter.Parameter}", value, expected);
        }
    }

    private (string Name, object Kept)? Take(string name, object value, EtcdTuning old)
    {
        if (EtcdSettingTable.Find(name) is not { } setting) return TakeUnknown(name, value);
        if (!SettingOwners.IsFree(setting.Owner)) AddOwned(setting.Name, setting.Owner);
        else if (!setting.IsKnownTo(version)) AddUnknown(name, setting);
        else if (KeptSettings.Problem(setting, value, version, out object kept) is { } expected) AddWrong(setting.Name, value, expected);
        else if (IsUnsafe(setting, kept) && !force && !Equal(Current(old, setting.Name), kept))
        {
            Add(setting.Name, $"'{setting.Name}' is dangerous: {setting.Danger}",
                "Leave it out. Use -Force only where this risk is acceptable, for example on a test cluster.");
        }
        else return (setting.Name, kept);
        return null;
    }

    private (string Name, object Kept)? TakeUnknown(string name, object value)
    {
        SettingOwner? owner = SettingNames.SpelledOtherwise(name) is { } meant && !SettingOwners.IsFree(meant.Owner)
            ? meant.Owner
            : SettingOwners.Find(name.Trim());
        if (owner is { } given) AddOwned(name, given);
        // The settings of a release newer than the table are not known here.
        else if (version >= EtcdSettingTable.FirstUnknown
        && value is string or bool or int or long) return (name.Trim(), value is int number ? (long)number : value);
        else AddUnknown(name, setting: null);
        return null;
    }

    private EtcdTuning Put(EtcdTuning tuning, SortedDictionary<string, object?> kept, string name, object value, EtcdTuning wanted)
    {
        Forget(kept, name);
        if (TuningSetting.Find(name) is not { } parameter)
        {
            kept[name] = value;
            return tuning;
        }

        EtcdTuning set = parameter.Set(tuning, value);
        if (parameter.Get(wanted) is { } other && !Equals(other, parameter.Get(set)))
            Add(name, $"'{name}' and -{parameter.Parameter} are given with different values", "Give only one of the two.");
        return set;
    }

    private EtcdTuning Reset(EtcdTuning tuning, SortedDictionary<string, object?> kept, string name, EtcdTuning old)
    {
        string? held = old.Extra?.Keys.FirstOrDefault(key => key.Equals(name.Trim(), StringComparison.OrdinalIgnoreCase));
        EtcdSetting? setting = EtcdSettingTable.Find(name);
        if (held is not null) kept.Remove(held);
        else if (setting is null) AddUnknown(name, setting);
        else if (!SettingOwners.IsFree(setting.Owner)) AddOwned(setting.Name, setting.Owner);
        return setting is not null && TuningSetting.Find(setting.Name) is { } parameter ? parameter.Set(tuning, null) : tuning;
    }

    private static void Forget(SortedDictionary<string, object?> kept, string name)
    {
        foreach (string held in kept.Keys.Where(key => key.Equals(name, StringComparison.OrdinalIgnoreCase)).ToArray()) kept.Remove(held);
    }

    /// <summary>
    /// Old settings of the profile are checked too: a profile that was edited by hand must not stop a member that then cannot start.
    /// </summary>
    private void CheckKept(EtcdTuning tuning, SortedDictionary<string, object?> kept, IReadOnlyDictionary<string, object?>? given) =>
        _problems.AddRange(
        KeptSettings.Problems(tuning with { Extra = kept }, version).Where(problem =>
            given?.Keys.Any(key => key.Trim().Equals(problem.Name, StringComparison.OrdinalIgnoreCase)) != true));

    /// <summary>etcd 3.6 exits where a setting is given by both its names.</summary>
    private void CheckRenamed(SortedDictionary<string, object?> kept)
    {
        foreach (string name in kept.Keys)
        {
            if (EtcdSettingTable.Find(name) is { Gate: null, RenamedTo: { } later } && name.StartsWith("experimental-", StringComparison.Ordinal)
                && kept.ContainsKey(later))
                Add(name, $"'{name}' is the old name of '{later}', and etcd accepts only one of the two names", $"Give $null for '{name}'.");
        }
    }

    private EtcdTuning WithRetention(EtcdTuning tuning, EtcdTuning old)
    {
        if (tuning.AutoCompactionRetention is not { } text
            || (text == old.AutoCompactionRetention && tuning.AutoCompactionMode == old.AutoCompactionMode)) return tuning;
        string trimmed = text.Trim();
        bool counts = tuning.AutoCompactionMode == "revision";
        if (SettingValues.Whole(trimmed) is { } number && number >= 0 && number <= long.MaxValue)
        {
            string kept = counts || number <= MostHours ? number.ToString(CultureInfo.InvariantCulture) : GoDuration.Format((long)number);
            return tuning with { AutoCompactionRetention = kept };
        }

        if (!counts && SettingValues.Nanoseconds(trimmed) is { } nanoseconds and >= 0)
        {
            if (nanoseconds is > 0 and < LeastRetention)
                Add("auto-compaction-retention", $"'auto-compaction-retention' must be 0 or at least 10ns, not '{text}'",
                    "Give a longer duration, such as 1h, or 0 to turn automatic compaction off.");
            return tuning with { AutoCompactionRetention = GoDuration.TryParse(trimmed, out _) ? trimmed : GoDuration.Format(nanoseconds) };
        }

        Add("auto-compaction-retention", counts
                ? $"'auto-compaction-retention' must be a number of revisions in the mode 'revision', not '{text}'"
                : $"'auto-compaction-retention' must be a duration such as 8h or 30m, or a whole number of hours, not '{text}'",
            counts ? "Give a whole number, or -AutoCompactionMode periodic."
                : "Give a duration in hours (h), minutes (m) or seconds (s); etcd does not accept days.");
        return tuning;
    }

    private static bool IsUnsafe(EtcdSetting setting, object kept) => setting.Unsafe is { } words && kept switch
    {
        bool flag => flag,
        string text when setting.Type == SettingType.Csv =>
            text.Split(',').Any(part => words.Any(start => part.TrimStart().StartsWith(start, StringComparison.OrdinalIgnoreCase))),
        string word => words.Contains(word),
        IReadOnlyDictionary<string, object?> map => words.Any(word => map.GetValueOrDefault(word) is true),
        _ => false,
    };

    private static object? Current(EtcdTuning old, string name) => old.Extra?.GetValueOrDefault(name);

    // The comparison of the profile.
    private static bool Equal(object? left, object? right) =>
        new EqualMap([new("", left)]).Equals(new EqualMap([new("", right)]));

    private void AddWrong(string name, object value, string expected) =>
        Add(name, $"'{name}' must be {expected}{GivenValue.Not(value)}", "Correct the value.");

    private void AddOwned(string name, SettingOwner owner)
    {
        (string reason, string nextStep) = SettingOwners.Explain(owner);
        Add(name, $"'{name}' {reason}", nextStep);
    }

    private void AddUnknown(string name, EtcdSetting? setting)
    {
        string reader = version is not { } running ? "etcd" : running.Patch == AnyPatch ? $"etcd {running.Major}.{running.Minor}" : $"etcd {running}";
        string other = setting is null ? "" : $"; it is a setting of etcd {SettingVersions.Describe(setting.Versions)}";
        Add(name, $"{reader} has no setting '{name}'{other}",
            SettingNames.Suggest(name, version) ?? "Leave it out; the documentation of etcd lists the settings of each release.");
    }

    private void Add(string name, string text, string nextStep) => _problems.Add(new SettingProblem(name.Trim(), text, nextStep));
}
