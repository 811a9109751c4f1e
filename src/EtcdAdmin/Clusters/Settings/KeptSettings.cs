using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Settings;

/// <summary>Checks the settings in a profile that are stored by their names in etcd's configuration file. An edit by hand or an earlier version may
/// have left unusable ones.</summary>
internal static class KeptSettings
{
    /// <summary>Throws if a setting has a value that etcd cannot start with: a member with it would not start again.</summary>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="file">Its profile.</param>
    /// <param name="spec">The specification in it.</param>
    /// <exception cref="EtcdException">ProfileInvalid.</exception>
    public static void Require(string cluster, string file, ClusterSpec spec)
    {
        IReadOnlyList<SettingProblem> problems = Problems(spec.Tuning, spec.Version);
        if (problems.Count == 0) return;
        throw new EtcdException(EtcdErrorIds.ProfileInvalid,
            $"The profile of cluster '{cluster}' ({file}) has settings that cannot be used: "
                + $"{string.Join("; ", problems.Select(problem => problem.Text))}. Nothing was changed.")
        {
            Target = file,
            NextStep = $"{Removal(cluster, problems)} Or correct them in the profile.",
        };
    }

    /// <summary>Settings with a value that etcd cannot start with, or that are set twice.</summary>
    public static IReadOnlyList<SettingProblem> Problems(EtcdTuning tuning, EtcdVersion? version) => [.. Find(tuning, version)];

    /// <summary>Names that EtcdAdmin sets itself. They are never written to a member.</summary>
    public static IReadOnlyList<SettingProblem> Owned(EtcdTuning tuning) =>
    [
        .. (tuning.Extra?.Keys ?? []).Where(name => !SettingOwners.IsFree(name)).Select(name =>
        {
            (string reason, string nextStep) = SettingOwners.Explain(SettingOwners.Of(name)!.Value); // not free, so it has an owner
            return new SettingProblem(name, $"'{name}' {reason}", nextStep);
        }),
    ];

    /// <summary>Names that the installed release does not support.</summary>
    public static IReadOnlyList<string> Unknown(EtcdTuning tuning, EtcdVersion? version) =>
        version is not { } installed || installed >= EtcdSettingTable.FirstUnknown ? []
        : [.. (tuning.Extra?.Keys ?? []).Where(name => SettingOwners.IsFree(name) && EtcdSettingTable.Find(name)?.IsKnownTo(installed) != true)];

    /// <summary>The problem of a value for a setting.</summary>
    /// <returns>Null if there is none; otherwise the expected value, to follow "must be".</returns>
    public static string? Problem(EtcdSetting setting, object value, EtcdVersion? version, out object kept) =>
        SettingValues.Normalize(setting, value, out kept)
        ?? (setting.Owner == SettingOwner.Tuning ? TuningSetting.Problem(setting.Name, kept) : null)
        ?? setting.Rule?.Invoke(kept, version);

    /// <summary>Warnings about the settings of a profile, as sentences.</summary>
    public static IEnumerable<string> Warnings(string cluster, ClusterSpec spec)
    {
        foreach (SettingProblem problem in Problems(spec.Tuning, spec.Version)) yield return $"{problem.Text}. "
            + $"No member can start with this setting, so commands that would apply it are refused. {Removal(cluster, [problem])}";
        foreach (SettingProblem problem in Owned(spec.Tuning))
            yield return $"{problem.Text}. It is not applied. "
                + $"To remove it from the profile, run Set-EtcdConfiguration {cluster} -Configuration @{{ '{problem.Name}' = $null }}. "
                + $"{problem.NextStep}";
        foreach (string name in Unknown(spec.Tuning, spec.Version))
            yield return $"'{name}' is not a setting of etcd {spec.Version}, so it has no effect. "
                + $"To remove it from the profile, run Set-EtcdConfiguration {cluster} -Configuration @{{ '{name}' = $null }}.";
    }

    /// <summary>The command that removes settings from the profile, as a sentence.</summary>
    public static string Removal(string cluster, IReadOnlyList<SettingProblem> problems) =>
        $"To use etcd's default, run Set-EtcdConfiguration {cluster} -Configuration "
            + $"@{{ {string.Join("; ", problems.Select(problem => $"'{problem.Name}' = $null"))} }}.";

    private static IEnumerable<SettingProblem> Find(EtcdTuning tuning, EtcdVersion? version)
    {
        foreach ((string name, object? value) in tuning.Extra ?? new Dictionary<string, object?>())
        {
            if (value is null || EtcdSettingTable.Find(name) is not { } setting || !SettingOwners.IsFree(setting.Owner)) continue;
            if (Problem(setting, value, version, out _) is { } expected)
            {
                yield return new SettingProblem(name, $"'{name}' in the cluster's profile must be {expected}{GivenValue.Not(value)}",
                    $"Set another value, or use etcd's default: Set-EtcdConfiguration -Configuration @{{ '{name}' = $null }}.");
            }
            else if (TuningSetting.Find(setting.Name)?.Get(tuning) is not null)
            {
                string parameter = TuningSetting.Find(setting.Name)!.Parameter; // found above
                yield return new SettingProblem(name, $"'{name}' is in the cluster's profile twice: by this name, and as the parameter -{parameter}",
                    $"Set it once, or use etcd's default: Set-EtcdConfiguration -Configuration @{{ '{name}' = $null }}.");
            }
        }
    }
}
