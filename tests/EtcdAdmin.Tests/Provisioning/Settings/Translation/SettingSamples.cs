using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Provisioning.Settings.Translation;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Provisioning.Settings.Translation;

/// <summary>A valid value that is not the default, for each setting that an operator can set by its name.</summary>
internal static class SettingSamples
{
    private static readonly Dictionary<string, object> Special = new(StringComparer.Ordinal)
    {
        ["auth-token"] = "simple",
        ["bcrypt-cost"] = 5L,
        ["cors"] = "https://a.example:443",
        ["experimental-enable-v2v3"] = "/v2",
        ["log-level"] = "warn",
        ["log-package-levels"] = "etcdserver=DEBUG",
        ["log-format"] = "console",
        ["v2-deprecation"] = "write-only",
        ["socket-options"] = new Dictionary<string, object?> { ["reuse-address"] = true, ["reuse-port"] = false },
        ["feature-gates"] = "CompactHashCheck=true,InitialCorruptCheck=false,SetMemberLocalAddr=true",
        ["max-request-bytes"] = 3_000_000L,
        ["max-txn-ops"] = 300L,
        ["max-concurrent-streams"] = 1000L,
        ["tls-min-version"] = "TLS1.3",
        ["tls-max-version"] = "TLS1.3",
        ["enable-grpc-gateway"] = false,
        ["initial-election-tick-advance"] = false,
        ["pre-vote"] = false,
        ["experimental-txn-mode-write-with-shared-buffer"] = false,
        ["max-learners"] = 2L,
        ["distributed-tracing-address"] = "127.0.0.1:4317",
        ["experimental-distributed-tracing-address"] = "127.0.0.1:4317",
    };

    /// <summary>Settings that a version uses.</summary>
    /// <param name="version">The version.</param>
    /// <param name="old">Where it reads two names: the old one, or the new one.</param>
    public static Dictionary<string, object?> Of(EtcdVersion version, bool old)
    {
        EtcdSetting[] used = [.. EtcdSettingTable.All.Where(setting => SettingOwners.IsFree(setting.Owner) && TuningSetting.Find(setting.Name) is null
            && setting.IsKnownTo(version) && IgnoredSettings.Find(setting.Name, version) is null)];
        string[] names = [.. used.Select(setting => setting.Name)];
        return used.Where(setting => old
                ? !used.Any(other => other.RenamedTo == setting.Name)
                : setting.RenamedTo is null || !names.Contains(setting.RenamedTo))
            .ToDictionary(setting => setting.Name, setting => (object?)Value(setting), StringComparer.Ordinal);
    }

    private static object Value(EtcdSetting setting) => Special.TryGetValue(setting.Name, out object? special) ? special : setting switch
    {
        { Name: "listen-client-http-urls" } => $"http://127.0.0.1:{FreePorts.Take(1)[0]}",
        { Type: SettingType.Flag } => true,
        { Type: SettingType.Duration } => "7s",
        { Words: { } words } => words[0] == "basic" ? words[1] : words[0],
        { Type: SettingType.Number or SettingType.Bytes or SettingType.Seconds } => setting.Least + 70,
        _ => "127.0.0.1",
    };
}
