namespace EtcdAdmin.Provisioning.Settings.Effective;

/// <summary>What a running etcd uses of its configuration file, its environment and its command line.</summary>
/// <remarks> Sources: <c>parse</c> and <c>configFromCmdLine</c> in <c>etcdmain/config.go</c>, <c>SetFlagsFromEnv</c> in <c>pkg/flags/flag.go</c>
/// (3.3.25, 3.4.23, 3.5.30, 3.6.14, 3.7.1). With a file, etcd reads nothing else; 3.4 and later log this, 3.3 does not. 3.3 reads
/// <c>ETCD_CONFIG_FILE</c> too late to use it. Without a file, a flag comes before its variable: 3.3 warns of the second, later versions do not
/// start. A test asks the real servers. </remarks>
public sealed class EffectiveConfiguration
{
    private static readonly EtcdVersion FirstWithFileVariable = new(3, 4, 0);

    private EffectiveConfiguration(string? configFile, IReadOnlyList<EffectiveSetting> settings, IReadOnlyList<ConfigurationFinding> findings) =>
        (ConfigFile, Settings, Findings) = (configFile, settings, findings);

    /// <summary>The path of the configuration file that etcd reads; null if it reads none.</summary>
    public string? ConfigFile { get; }

    /// <summary>The settings that etcd uses, by name. Others have etcd's default.</summary>
    public IReadOnlyList<EffectiveSetting> Settings { get; }

    /// <summary>What has no effect, or keeps etcd from starting.</summary>
    public IReadOnlyList<ConfigurationFinding> Findings { get; }

    /// <summary>The value of a setting; null if etcd uses its default.</summary>
    /// <param name="name">Its name in etcd's configuration file.</param>
    public string? this[string name] =>
        Settings.FirstOrDefault(setting => setting.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Value;

    /// <summary>The path of the file that an etcd reads, so that the caller can get it; null if it reads none.</summary>
    /// <param name="environment">Its environment.</param>
    /// <param name="arguments">Its arguments, without the program.</param>
    /// <param name="version">Its version.</param>
    public static string? FileOf(IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> arguments, EtcdVersion version)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(arguments);
        return FileOf(environment, new GivenArguments(arguments, version), version);
    }

    /// <summary>Reads the three sources as etcd does. Reads no file and asks no server.</summary>
    /// <param name="yaml">The text of the configuration file; null if there is none.</param>
    /// <param name="environment">The environment of the process; names without the prefix <c>ETCD_</c> are skipped.</param>
    /// <param name="arguments">The arguments, without the program.</param>
    /// <param name="version">The version that runs.</param>
    public static EffectiveConfiguration Read(
        string? yaml, IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> arguments, EtcdVersion version)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(arguments);
        var given = new GivenArguments(arguments, version);
        var variables = new GivenEnvironment(environment, version);
        string? path = FileOf(environment, given, version);
        var settings = new SortedDictionary<string, EffectiveSetting>(StringComparer.Ordinal);
        // etcd reads the flags in any case, also beside a file.
        List<ConfigurationFinding> findings = [.. given.Findings];
        if (path is null) AddWithoutFile(given, variables, version, settings, findings, yaml);
        else
        {
            AddIgnored(given, variables, path, findings);
            if (yaml is null)
                findings.Add(new ConfigurationFinding(ConfigurationFindingKind.Refused, ConfigurationSource.File, path,
                    $"The configuration file {path} is missing or cannot be read, and etcd does not start without it."));
            else new GivenFile(yaml, path, version).AddTo(settings, findings);
        }

        foreach (EffectiveSetting setting in settings.Values)
        {
            if (IgnoredReason(setting.Name, version) is { } why)
                findings.Add(new ConfigurationFinding(ConfigurationFindingKind.Ignored, setting.Source, setting.Given, $"'{setting.Given}': {why}"));
        }

        return new EffectiveConfiguration(path, [.. settings.Values], findings);
    }

    private static string? IgnoredReason(string name, EtcdVersion version) => Translation.IgnoredSettings.Find(name, version)?.Why;

    private static string? FileOf(IReadOnlyDictionary<string, string> environment, GivenArguments arguments, EtcdVersion version)
    {
        if (arguments.Values.GetValueOrDefault(EtcdFlags.ConfigFile) is { Length: > 0 } path) return path;
        return version >= FirstWithFileVariable && environment.GetValueOrDefault(EtcdFlags.VariableOf(EtcdFlags.ConfigFile)) is { Length: > 0 } other
            ? other
            : null;
    }

    private static void AddWithoutFile(
        GivenArguments arguments, GivenEnvironment variables, EtcdVersion version, SortedDictionary<string, EffectiveSetting> settings,
        List<ConfigurationFinding> findings, string? yaml)
    {
        findings.AddRange(variables.Findings);
        foreach ((EtcdFlag flag, string value) in variables.Values)
        {
            if (arguments.Values.ContainsKey(flag.Name)) AddShadowed(flag, version, findings);
            else if (flag.Name == EtcdFlags.ConfigFile)
                findings.Add(new ConfigurationFinding(ConfigurationFindingKind.Ignored, ConfigurationSource.Environment, flag.Variable,
                    $"etcd {version} does not use {flag.Variable}, although it logs that it does.", "Use --config-file."));
            else if (flag.IsUsed)
                settings[flag.FileName] = new EffectiveSetting(flag.FileName, value, ConfigurationSource.Environment, flag.Variable);
        }

        foreach ((string name, string value) in arguments.Values)
        {
            EtcdFlag flag = EtcdFlags.Find(name, version)!; // only known flags have values
            if (flag.IsUsed && name != EtcdFlags.ConfigFile)
                settings[flag.FileName] = new EffectiveSetting(flag.FileName, value, ConfigurationSource.Argument, $"--{name}");
        }

        if (yaml is not null)
            findings.Add(new ConfigurationFinding(ConfigurationFindingKind.Ignored, ConfigurationSource.File, "file",
                "etcd does not read the configuration file, because no --config-file is given.", "Start etcd with --config-file."));
    }

    private static void AddShadowed(EtcdFlag flag, EtcdVersion version, List<ConfigurationFinding> findings) => findings.Add(
        version >= FirstWithFileVariable
            ? new ConfigurationFinding(ConfigurationFindingKind.Refused, ConfigurationSource.Environment, flag.Variable,
                $"{flag.Variable} and --{flag.Name} are both set, and etcd {version} does not start with both.", "Remove one of the two.")
            : new ConfigurationFinding(ConfigurationFindingKind.Ignored, ConfigurationSource.Environment, flag.Variable,
                $"etcd ignores {flag.Variable}, because --{flag.Name} is set.", "Remove one of the two: later versions do not start with both."));

    private static void AddIgnored(GivenArguments arguments, GivenEnvironment variables, string path, List<ConfigurationFinding> findings)
    {
        string why = $"etcd ignores it, because it reads the configuration file {path}, and then nothing else.";
        foreach (string name in arguments.Values.Keys.Where(name => name != EtcdFlags.ConfigFile))
            findings.Add(new ConfigurationFinding(ConfigurationFindingKind.Ignored, ConfigurationSource.Argument, $"--{name}", $"'--{name}': {why}",
                "Put it into the file, or remove it."));
        foreach (string name in variables.Names.Where(name => name != EtcdFlags.VariableOf(EtcdFlags.ConfigFile)))
            findings.Add(new ConfigurationFinding(ConfigurationFindingKind.Ignored, ConfigurationSource.Environment, name, $"'{name}': {why}",
                "Put it into the file, or remove it."));
    }
}
