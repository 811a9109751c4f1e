using EtcdAdmin.Provisioning.Files;

namespace EtcdAdmin.Upgrades.Adoption;

/// <summary>The settings of a running etcd, from its command line, its environment and its configuration file.</summary>
/// <remarks>
/// etcd <c>server/etcdmain/config.go</c>, 3.0 to 3.7: with a configuration file (<c>--config-file</c> or <c>ETCD_CONFIG_FILE</c>), flags and
/// variables are ignored. Otherwise a flag is used before its variable (<c>pkg/flags/flag.go</c>, SetFlagsFromEnv).
/// </remarks>
internal static class RunningSettings
{
    private const string Prefix = "ETCD_";

    /// <summary>The settings, by their names in etcd's configuration file; the parts of TLS as <c>client-transport-security.cert-file</c>.</summary>
    /// <param name="arguments">The command line, with the program.</param>
    /// <param name="environment">The variables, as <c>NAME=value</c>.</param>
    /// <param name="configuration">The text of the configuration file; null if it has none.</param>
    /// <exception cref="YamlDotNet.Core.YamlException">The configuration file is not YAML.</exception>
    public static IReadOnlyDictionary<string, string> Read(
        IReadOnlyList<string> arguments, IReadOnlyList<string> environment, string? configuration)
    {
        if (configuration is not null) return FlatSettings.Read(configuration);
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string variable in environment)
        {
            int at = variable.IndexOf('=', StringComparison.Ordinal);
            if (at <= Prefix.Length || !variable.StartsWith(Prefix, StringComparison.Ordinal) || at == variable.Length - 1) continue;
            settings[InFile(variable[Prefix.Length..at].Replace('_', '-').ToLowerInvariant())] = variable[(at + 1)..];
        }

        foreach ((string name, string value) in Flags(arguments)) settings[InFile(name)] = value;
        return settings;
    }

    /// <summary>The flags of a command line: <c>--name value</c>, <c>--name=value</c>, <c>-name</c>; a flag without a value is true.</summary>
    public static IEnumerable<(string Name, string Value)> Flags(IReadOnlyList<string> arguments)
    {
        for (int i = 1; i < arguments.Count; i++)
        {
            if (!arguments[i].StartsWith('-')) continue;
            string flag = arguments[i].TrimStart('-');
            int equals = flag.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) yield return (flag[..equals], flag[(equals + 1)..]);
            else if (i + 1 < arguments.Count && !arguments[i + 1].StartsWith('-')) yield return (flag, arguments[++i]);
            else yield return (flag, "true");
        }
    }

    // The flags for TLS are entries of two groups in the file (server/embed/config.go, securityConfig).
    private static string InFile(string flag) => flag switch
    {
        "cert-file" or "key-file" or "client-cert-auth" or "trusted-ca-file" or "auto-tls" => $"client-transport-security.{flag}",
        "peer-cert-file" or "peer-key-file" or "peer-client-cert-auth" or "peer-trusted-ca-file" or "peer-auto-tls" =>
            $"peer-transport-security.{flag["peer-".Length..]}",
        _ => flag,
    };
}
