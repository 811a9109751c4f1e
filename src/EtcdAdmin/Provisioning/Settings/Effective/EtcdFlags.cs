using EtcdAdmin.Clusters.Settings;

namespace EtcdAdmin.Provisioning.Settings.Effective;

/// <summary>A flag of etcd's command line.</summary>
/// <param name="Name">Without dashes.</param>
/// <param name="FileName">The setting of the configuration file with the same effect; the flag's name if there is none.</param>
/// <param name="Type">The type of its value.</param>
/// <param name="Versions">The releases that know it, see <see cref="SettingVersions"/>.</param>
internal sealed record EtcdFlag(string Name, string FileName, SettingType Type, string Versions)
{
    /// <summary>Whether it has an effect; some old flags are accepted and ignored.</summary>
    public bool IsUsed { get; init; } = true;

    /// <summary>Its environment variable.</summary>
    public string Variable => EtcdFlags.VariableOf(Name);
}

/// <summary>The flags of etcd from 3.3 to 3.7, with the settings that they are in the file.</summary>
/// <remarks>Source: <c>etcdmain/config.go</c> and <c>AddFlags</c> in <c>embed/config.go</c> of every release from 3.3.0 to 3.7.1. Most flags have the
/// name of the setting in the file; the others are listed here. A test passes each flag to the real servers.</remarks>
internal static class EtcdFlags
{
    /// <summary>The flag that names the configuration file.</summary>
    public const string ConfigFile = "config-file";

    // Older releases have fewer flags. One that runs has none that it does not know.
    private static readonly EtcdVersion FirstListed = new(3, 3, 0);

    private const string Always = "3.3-";
    private const string Client = "client-transport-security.";
    private const string Peer = "peer-transport-security.";

    private static readonly EtcdFlag[] Others =
    [
        new("cert-file", Client + "cert-file", SettingType.Text, Always),
        new("key-file", Client + "key-file", SettingType.Text, Always),
        new("trusted-ca-file", Client + "trusted-ca-file", SettingType.Text, Always),
        new("ca-file", Client + "ca-file", SettingType.Text, "3.3-3.3"),
        new("client-cert-auth", Client + "client-cert-auth", SettingType.Flag, Always),
        new("auto-tls", Client + "auto-tls", SettingType.Flag, Always),
        new("client-cert-file", Client + "client-cert-file", SettingType.Text, "3.5-"),
        new("client-key-file", Client + "client-key-file", SettingType.Text, "3.5-"),
        new("client-cert-allowed-hostname", Client + "allowed-hostname", SettingType.Csv, "3.4-"),
        new("client-crl-file", "client-crl-file", SettingType.Text, Always),
        new("peer-cert-file", Peer + "cert-file", SettingType.Text, Always),
        new("peer-key-file", Peer + "key-file", SettingType.Text, Always),
        new("peer-trusted-ca-file", Peer + "trusted-ca-file", SettingType.Text, Always),
        new("peer-ca-file", Peer + "ca-file", SettingType.Text, "3.3-3.3"),
        new("peer-client-cert-auth", Peer + "client-cert-auth", SettingType.Flag, Always),
        new("peer-auto-tls", Peer + "auto-tls", SettingType.Flag, Always),
        new("peer-client-cert-file", Peer + "client-cert-file", SettingType.Text, "3.5-"),
        new("peer-client-key-file", Peer + "client-key-file", SettingType.Text, "3.5-"),
        new("peer-cert-allowed-cn", Peer + "allowed-cn", SettingType.Csv, Always),
        new("peer-cert-allowed-hostname", Peer + "allowed-hostname", SettingType.Csv, "3.4-"),
        new("peer-crl-file", "peer-crl-file", SettingType.Text, Always),
        new("peer-skip-client-san-verification", Peer + "skip-client-san-verification", SettingType.Flag, "3.6-"),
        new("experimental-peer-skip-client-san-verification", "experimental-peer-skip-client-san-verification", SettingType.Flag, "3.3.16,3.4-3.6"),
        new("socket-reuse-port", "socket-options.reuse-port", SettingType.Flag, "3.5-"),
        new("socket-reuse-address", "socket-options.reuse-address", SettingType.Flag, "3.5-"),
        new("experimental-snapshot-catchup-entries", "experimental-snapshot-catch-up-entries", SettingType.Number, "3.5.14,3.6-3.6"),
        new("self-signed-cert-validity", "self-signed-cert-validity", SettingType.Number, "3.5-"),
        new("raft-read-timeout", "raft-read-timeout", SettingType.Duration, "3.5-"),
        new("raft-write-timeout", "raft-write-timeout", SettingType.Duration, "3.5-"),
        new("discovery-fallback", "discovery-fallback", SettingType.Text, Always),
        new("discovery-endpoints", "discovery-config.client.endpoints", SettingType.Csv, "3.6-"),
        new("discovery-token", "discovery-config.token", SettingType.Text, "3.6-"),
        new("discovery-dial-timeout", "discovery-dial-timeout", SettingType.Duration, "3.6-"),
        new("discovery-request-timeout", "discovery-request-timeout", SettingType.Duration, "3.6-"),
        new("discovery-keepalive-time", "discovery-keepalive-time", SettingType.Duration, "3.6-"),
        new("discovery-keepalive-timeout", "discovery-keepalive-timeout", SettingType.Duration, "3.6-"),
        new("discovery-insecure-transport", "discovery-insecure-transport", SettingType.Flag, "3.6-"),
        new("discovery-insecure-skip-tls-verify", "discovery-insecure-skip-tls-verify", SettingType.Flag, "3.6-"),
        new("discovery-cert", "discovery-cert", SettingType.Text, "3.6-"),
        new("discovery-key", "discovery-key", SettingType.Text, "3.6-"),
        new("discovery-cacert", "discovery-cacert", SettingType.Text, "3.6-"),
        new("discovery-user", "discovery-user", SettingType.Text, "3.6-"),
        new("discovery-password", "discovery-password", SettingType.Text, "3.6-"),
        new(ConfigFile, ConfigFile, SettingType.Text, Always),
        new("version", "version", SettingType.Flag, Always) { IsUsed = false },
    ];

    // The list "ignored" in etcdmain/config.go, the same in all versions.
    private static readonly string[] Old =
    [
        "cluster-active-size", "cluster-remove-delay", "cluster-sync-interval", "config", "force", "max-result-buffer", "max-retry-attempts",
        "peer-heartbeat-interval", "peer-election-timeout", "retry-interval", "snapshot", "v", "vv",
    ];

    // Settings of the file whose flags have other names or parts.
    private static readonly string[] FileOnly =
        ["client-transport-security", "peer-transport-security", "socket-options", "discovery-config", "experimental-snapshot-catch-up-entries"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<EtcdFlag> All { get; } =
    [
        .. Others,
        .. Old.Select(name => new EtcdFlag(name, name, SettingType.Flag, Always) { IsUsed = false }),
        .. EtcdSettingTable.All.Where(setting => !FileOnly.Contains(setting.Name) && !Array.Exists(Others, other => other.Name == setting.Name))
            .Select(setting => new EtcdFlag(setting.Name, setting.Name, setting.Type, setting.Versions)),
    ];

    private static readonly Dictionary<string, EtcdFlag> ByName = All.ToDictionary(flag => flag.Name, StringComparer.Ordinal);
    private static readonly Dictionary<string, EtcdFlag> ByVariable = All.ToDictionary(flag => flag.Variable, StringComparer.Ordinal);

    /// <summary>The environment variable of a flag (FlagToEnv in pkg/flags/flag.go).</summary>
    public static string VariableOf(string flag) => "ETCD_" + flag.ToUpperInvariant().Replace('-', '_');

    /// <summary>A flag by its name, if the version knows it.</summary>
    public static EtcdFlag? Find(string name, EtcdVersion version) => Known(ByName.GetValueOrDefault(name), version);

    /// <summary>A flag by its variable, if the version knows it.</summary>
    public static EtcdFlag? FindVariable(string variable, EtcdVersion version) => Known(ByVariable.GetValueOrDefault(variable), version);

    /// <summary>A flag of any version.</summary>
    public static EtcdFlag? FindAny(string name) => ByName.GetValueOrDefault(name);

    private static EtcdFlag? Known(EtcdFlag? flag, EtcdVersion version) =>
        flag is not null && SettingVersions.Include(flag.Versions, version < FirstListed ? FirstListed : version) ? flag : null;
}
