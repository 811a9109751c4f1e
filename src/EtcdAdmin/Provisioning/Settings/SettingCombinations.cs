using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Provisioning.Settings;

/// <summary>Finds settings that are valid alone but with which etcd exits when they are combined.</summary>
/// <remarks>
/// Source: <c>Validate</c> and <c>SetFeatureGatesFromExperimentalFlags</c> in <c>server/embed/config.go</c>, 3.4.30, 3.5.16 and 3.6.5.
/// </remarks>
internal static class SettingCombinations
{
    private const string Checkpoint = "experimental-enable-lease-checkpoint", Persist = "experimental-enable-lease-checkpoint-persist";

    /// <summary>The combinations that etcd refuses.</summary>
    public static IEnumerable<SettingProblem> Check(EtcdTuning tuning)
    {
        IReadOnlyDictionary<string, object?> extra = tuning.Extra ?? new Dictionary<string, object?>();
        object? least = extra.GetValueOrDefault("tls-min-version"), most = extra.GetValueOrDefault("tls-max-version");
        if (least is "TLS1.3" && most is "TLS1.2")
            yield return new SettingProblem("tls-min-version",
                "'tls-min-version' is TLS1.3 and 'tls-max-version' is TLS1.2, which leaves no version of TLS",
                    "Set one of the two to $null, which removes it.");
        if (least is "TLS1.3" && tuning.CipherSuites is not null)
            yield return new SettingProblem(
                "cipher-suites", "'cipher-suites' is for TLS 1.2, and 'tls-min-version' TLS1.3 allows only TLS 1.3",
                "Give $null for 'cipher-suites' or for 'tls-min-version'.");

        Dictionary<string, bool> gates = Gates(extra.GetValueOrDefault("feature-gates") as string);
        bool IsOn(string flag, string gate) =>
            gates.TryGetValue(gate, out bool set) ? set : extra.GetValueOrDefault(flag) is bool given ? given : gates.GetValueOrDefault("AllAlpha");
        if (IsOn(Persist, "LeaseCheckpointPersist") && !IsOn(Checkpoint, "LeaseCheckpoint"))
        {
            string name = extra.ContainsKey(Persist) ? Persist : "feature-gates";
            yield return new SettingProblem(name, $"'{name}' persists lease checkpoints, but lease checkpoints are off",
                name == Persist ? $"Give '{Checkpoint}' the value $true too." : "Add LeaseCheckpoint=true to 'feature-gates'.");
        }

        foreach (EtcdSetting old in EtcdSettingTable.All.Where(setting => setting.Gate is not null && extra.ContainsKey(setting.Name)
            && gates.ContainsKey(setting.Gate)))
            yield return new SettingProblem(
                old.Name, $"'{old.Name}' is the old name of the feature gate {old.Gate}, and etcd accepts only one of the two names",
                $"Give $null for '{old.Name}'.");
    }

    private static Dictionary<string, bool> Gates(string? text) =>
        (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(gate => gate.Split('=', 2))
            .GroupBy(gate => gate[0]).ToDictionary(same => same.Key, same => same.Last().ElementAtOrDefault(1) == "true");
}
