using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Settings;

/// <summary>
/// Looks over the settings that a profile holds by their names in etcd's configuration file. An edit by hand or an earlier version may have
/// left some there that cannot be used.
/// </summary>
internal static class KeptSettings
{
    /// <summary>Refuses where one has a value that etcd cannot start with: a member that gets it would not come back.</summary>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="file">Its profile.</param>
    /// <param name="spec">What it says.</param>
    /// <exception cref="EtcdException">ProfileInvalid.</exception>
    public static void Require(string cluster, string file, ClusterSpec spec)
    {
        IReadOnlyList<SettingProblem> problems = Problems(spec.Tuning, spec.Version);
        if (problems.Count == 0) return;
        throw new EtcdException(EtcdErrorIds.ProfileInvalid,
            $"The profile of cluster '{cluster}' ({file}) holds settings that cannot be used: {string.Join("; ", problems.Select(problem => problem.Text))}. Nothing was changed.")
        {
            Target = file,
            NextStep = $"{Removal(cluster, problems)} Or correct them in that file.",
        };
    }

    /// <summary>What has a value that etcd cannot start with, or is given twice.</summary>
    public static IReadOnlyList<SettingProblem> Problems(EtcdTuning tuning, EtcdVersion? version) => [.. Find(tuning, version)];

    /// <summary>Names that a command of EtcdAdmin decides. They are never written to a member.</summary>
    public static IReadOnlyList<SettingProblem> Owned(EtcdTuning tuning) =>
    [
        .. (tuning.Extra?.Keys ?? []).Where(name => !SettingOwners.IsFree(name)).Select(name =>
        {
            (string reason, string nextStep) = SettingOwners.Explain(SettingOwners.Of(name)!.Value); // not free, so somebody's
            return new SettingProblem(name, $"'{name}' {reason}", nextStep);
        }),
    ];

    /// <summary>Names that the installed release does not read.</summary>
    public static IReadOnlyList<string> Unknown(EtcdTuning tuning, EtcdVersion? version) => version is not { } installed || installed >= EtcdSettingTable.FirstUnknown ? []
        : [.. (tuning.Extra?.Keys ?? []).Where(name => SettingOwners.IsFree(name) && EtcdSettingTable.Find(name)?.IsKnownTo(installed) != true)];

    /// <summary>What is wrong with a value for a setting, and the form in which a right one is kept.</summary>
    /// <returns>Null where nothing is; else what was expected, to follow "must be".</returns>
    public static string? Problem(EtcdSetting setting, object value, EtcdVersion? version, out object kept) =>
        SettingValues.Normalize(setting, value, out kept)
        ?? (setting.Owner == SettingOwner.Tuning ? TuningSetting.Problem(setting.Name, kept) : null)
        ?? setting.Rule?.Invoke(kept, version);

    /// <summary>What an operator has to know about the settings of a profile that has just been read, as sentences.</summary>
    public static IEnumerable<string> Warnings(string cluster, ClusterSpec spec)
    {
        foreach (SettingProblem problem in Problems(spec.Tuning, spec.Version)) yield return $"{problem.Text}. No member can start with it, so commands that would apply it refuse. {Removal(cluster, [problem])}";
        foreach (SettingProblem problem in Owned(spec.Tuning))
            yield return $"{problem.Text}. It is not applied. To take it out of the profile, run Set-EtcdConfiguration {cluster} -Configuration @{{ '{problem.Name}' = $null }}. {problem.NextStep}";
        foreach (string name in Unknown(spec.Tuning, spec.Version))
            yield return $"'{name}' is not a setting of etcd {spec.Version}, so it has no effect. To take it out of the profile, run Set-EtcdConfiguration {cluster} -Configuration @{{ '{name}' = $null }}.";
    }

    /// <summary>The command that takes settings out of the profile, as a sentence.</summary>
    public static string Removal(string cluster, IReadOnlyList<SettingProblem> problems) =>
        $"To go back to etcd's default, run Set-EtcdConfiguration {cluster} -Configuration @{{ {string.Join("; ", problems.Select(problem => $"'{problem.Name}' = $null"))} }}.";

    private static IEnumerable<SettingProblem> Find(EtcdTuning tuning, EtcdVersion? version)
    {
        foreach ((string name, object? value) in tuning.Extra ?? new Dictionary<string, object?>())
        {
            if (value is null || EtcdSettingTable.Find(name) is not { } setting || !SettingOwners.IsFree(setting.Owner)) continue;
            if (Problem(setting, value, version, out _) is { } expected)
            {
                yield return new SettingProblem(name, $"'{name}' in the cluster's profile must be {expected}{GivenValue.Not(value)}",
                    $"Give another value, or go back to etcd's default: Set-EtcdConfiguration -Configuration @{{ '{name}' = $null }}.");
            }
            else if (TuningSetting.Find(setting.Name)?.Get(tuning) is not null)
            {
                yield return new SettingProblem(name, $"'{name}' is twice in the cluster's profile, by this name and as the parameter -{TuningSetting.Find(setting.Name)!.Parameter}", // found above
                    $"Give a value for it, or go back to etcd's default: Set-EtcdConfiguration -Configuration @{{ '{name}' = $null }}.");
            }
        }
    }
}
