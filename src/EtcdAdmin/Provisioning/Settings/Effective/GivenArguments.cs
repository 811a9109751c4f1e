using EtcdAdmin.Clusters.Settings;

namespace EtcdAdmin.Provisioning.Settings.Effective;

/// <summary>The flags on etcd's command line.</summary>
/// <remarks>Source: Go <c>flag.FlagSet.Parse</c>: one or two dashes, <c>--name=value</c> or <c>--name value</c>; a flag of the type bool takes only
/// <c>=value</c>; the first argument that is not a flag ends the reading, and etcd refuses it.</remarks>
internal sealed class GivenArguments
{
    public GivenArguments(IReadOnlyList<string> arguments, EtcdVersion version)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            string name =
                argument.StartsWith("--", StringComparison.Ordinal) ? argument[2..] : argument.Length > 1 && argument[0] == '-' ? argument[1..] : "";
            if (name.Length == 0)
            {
                if (argument != "--") Refuse(argument, $"etcd does not start with the argument '{argument}': it is not a flag.");
                return;
            }

            string? value = null;
            if (name.IndexOf('=', StringComparison.Ordinal) is var mark and > 0) (name, value) = (name[..mark], name[(mark + 1)..]);
            if (EtcdFlags.Find(name, version) is not { } flag)
            {
                Refuse($"--{name}", $"etcd {version} does not start with the flag '--{name}': it does not have it"
                    + (EtcdFlags.FindAny(name) is { } other ? $"; it is a flag of etcd {SettingVersions.Describe(other.Versions)}." : "."));
                // It takes the next argument, if that is not a flag.
                if (value is null && i + 1 < arguments.Count && !arguments[i + 1].StartsWith('-')) i++;
                continue;
            }

            if (value is null && flag.Type == SettingType.Flag) value = "true";
            else if (value is null && ++i < arguments.Count) value = arguments[i];
            if (value is null) Refuse($"--{name}", $"etcd does not start, because the flag '--{name}' has no value.");
            else if (!flag.IsUsed) Ignore(name);
            else if (FlagValues.Read(flag.Type, value) is { } read) Values[name] = read;
            else Refuse($"--{name}", $"etcd does not start with '--{name}={value}': the value must be {FlagValues.Expected(flag.Type)}.");
        }
    }

    /// <summary>The values by the names of the flags; of a flag that is given twice the last.</summary>
    public SortedDictionary<string, string> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>Flags that this etcd refuses or ignores.</summary>
    public List<ConfigurationFinding> Findings { get; } = [];

    private void Refuse(string given, string text) =>
        Findings.Add(new ConfigurationFinding(ConfigurationFindingKind.Refused, ConfigurationSource.Argument, given, text));

    private void Ignore(string name)
    {
        if (name != "version")
            Findings.Add(new ConfigurationFinding(ConfigurationFindingKind.Ignored, ConfigurationSource.Argument, $"--{name}",
                $"etcd ignores '--{name}', a flag of etcd 0.4.", "Remove it."));
    }
}
