namespace EtcdAdmin.Provisioning.Settings.Effective;

/// <summary>The environment variables of etcd.</summary>
/// <remarks>Source: <c>SetFlagsFromEnv</c> in <c>pkg/flags/flag.go</c>: an empty variable is not set, and an unknown one is only a warning.</remarks>
internal sealed class GivenEnvironment
{
    private const string Prefix = "ETCD_";

    // Not a flag: etcdmain/etcd.go, checkSupportArch.
    private const string Architecture = "ETCD_UNSUPPORTED_ARCH";

    public GivenEnvironment(IReadOnlyDictionary<string, string> environment, EtcdVersion version)
    {
        foreach ((string name, string value) in environment
            .Where(item => item.Key.StartsWith(Prefix, StringComparison.Ordinal) && item.Key != Architecture)
            .OrderBy(item => item.Key, StringComparer.Ordinal))
        {
            Names.Add(name);
            if (EtcdFlags.FindVariable(name, version) is not { } flag)
                Add(ConfigurationFindingKind.Unknown, name, $"etcd {version} ignores {name}: it has no such setting.");
            else if (value.Length == 0) continue;
            else if (FlagValues.Read(flag.Type, value) is { } read) Values.Add((flag, read));
            else Add(ConfigurationFindingKind.Refused, name,
                $"etcd does not start with {name}={value}: the value must be {FlagValues.Expected(flag.Type)}.");
        }
    }

    /// <summary>The names of all variables with etcd's prefix.</summary>
    public List<string> Names { get; } = [];

    /// <summary>The values of the known ones.</summary>
    public List<(EtcdFlag Flag, string Value)> Values { get; } = [];

    /// <summary>Variables that this etcd refuses or ignores.</summary>
    public List<ConfigurationFinding> Findings { get; } = [];

    private void Add(ConfigurationFindingKind kind, string name, string text) =>
        Findings.Add(new ConfigurationFinding(kind, ConfigurationSource.Environment, name, text));
}
