using System.Globalization;
using EtcdAdmin.Clusters.Settings;
using YamlDotNet.Core;

namespace EtcdAdmin.Provisioning.Settings.Effective;

/// <summary>The configuration file of etcd.</summary>
/// <remarks>Source: <c>configFromFile</c> in <c>embed/config.go</c>, 3.3.25 to 3.7.1. Unknown names are ignored without a message; names are read in
/// any case; a value of a wrong type ends etcd.</remarks>
internal sealed class GivenFile(string yaml, string path, EtcdVersion version)
{
    private static readonly string[] Nested =
        ["client-transport-security", "peer-transport-security", "discovery-config", "socket-options", "clienttlsinfo", "peertlsinfo"];

    // Fields of etcd's configuration without a name of their own for the file (Config in embed/config.go), which YAML reaches by their Go names.
    private static readonly Dictionary<string, string> Fields = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ClientTLSInfo.CRLFile"] = "client-crl-file",
        ["PeerTLSInfo.CRLFile"] = "peer-crl-file",
    };

    // The parts of the security entries that came later (securityConfig in embed/config.go).
    private static readonly Dictionary<string, string> LaterParts = new(StringComparer.Ordinal)
    {
        ["ca-file"] = "3.3-3.3",
        ["client-cert-file"] = "3.5-",
        ["client-key-file"] = "3.5-",
        ["allowed-cn"] = "3.5.14,3.6-",
        ["allowed-hostname"] = "3.5.14,3.6-",
        ["skip-client-san-verification"] = "3.6-",
    };

    private static readonly string[] Parts = ["cert-file", "key-file", "trusted-ca-file", "client-cert-auth", "auto-tls", .. LaterParts.Keys];

    /// <summary>Adds what etcd uses of the file, and what it does not.</summary>
    public void AddTo(SortedDictionary<string, EffectiveSetting> settings, List<ConfigurationFinding> findings)
    {
        try
        {
            FileNode? root = FileNode.Read(yaml);
            if (root is FileMap map) AddEntries(map, "", settings, findings);
            else if (root is not null and not FileScalar { IsNull: true })
                findings.Add(Refused(path, $"etcd does not start with the file {path}: it is not a map of settings."));
        }
        catch (YamlException e)
        {
            findings.Add(Refused(
                path, $"etcd does not start with the file {path}: it is not YAML (line {e.Start.Line}: {e.InnerException?.Message ?? e.Message})."));
        }
    }

    private void AddEntries(FileMap map, string prefix, SortedDictionary<string, EffectiveSetting> settings, List<ConfigurationFinding> findings)
    {
        foreach ((string given, FileNode value) in map.Entries)
        {
            string full = prefix + given;
            if (NameOf(prefix, given) is not { } name) findings.Add(UnknownName(full, prefix.Length == 0));
            else if (value is FileScalar { IsNull: true }) continue;
            else if (value is FileMap parts && (prefix.Length > 0 || Nested.Contains(name))) AddEntries(parts, $"{name}.", settings, findings);
            else if (Text(TypeOf(name), value) is { } text) settings[name] = new EffectiveSetting(name, text, ConfigurationSource.File, full);
            else findings.Add(Refused(full, $"etcd does not start with '{full}' in {path}: the value must be {Expected(TypeOf(name))}."));
        }
    }

    /// <summary>The name in lower case; null if this version does not know it.</summary>
    private string? NameOf(string prefix, string given)
    {
        if (Fields.TryGetValue(prefix + given, out string? field)) return field;
        if (prefix.Length == 0 && Fields.Keys.Any(name => name.StartsWith($"{given}.", StringComparison.OrdinalIgnoreCase)))
            return given.ToLowerInvariant();
        if (prefix.Length == 0) return EtcdSettingTable.Find(given) is { } setting && setting.IsKnownTo(version) ? setting.Name : null;
        string part = given.ToLowerInvariant();
        if (prefix.StartsWith("socket-options", StringComparison.Ordinal)) return part is "reuse-port" or "reuse-address" ? prefix + part : null;
        if (prefix.StartsWith("discovery-config", StringComparison.Ordinal)) return prefix + part;
        bool isKnown = Parts.Contains(part) && (!LaterParts.TryGetValue(part, out string? versions) || SettingVersions.Include(versions, version));
        return isKnown ? prefix + part : null;
    }

    private static SettingType TypeOf(string name) => EtcdSettingTable.Find(name)?.Type ?? (name[(name.LastIndexOf('.') + 1)..] switch
    {
        "client-cert-auth" or "auto-tls" or "skip-client-san-verification" or "reuse-port" or "reuse-address" => SettingType.Flag,
        "allowed-cn" or "allowed-hostname" or "endpoints" => SettingType.List,
        _ => SettingType.Text,
    });

    // A number, true or false is a text where etcd expects a text; a text in quotes is not a number.
    private static string? Text(SettingType type, FileNode value) => (type, value) switch
    {
        (SettingType.Flag, FileScalar { Flag: { } flag }) => flag ? "true" : "false",
        (SettingType.Duration, FileScalar { Number: { } number }) when Math.Abs(number) <= long.MaxValue => GoDuration.Format((long)number),
        (SettingType.Number or SettingType.Bytes or SettingType.Milliseconds or SettingType.Seconds, FileScalar { Number: { } number }) =>
            number.ToString(CultureInfo.InvariantCulture),
        (SettingType.Flag or SettingType.Duration or SettingType.Number or SettingType.Bytes or SettingType.Milliseconds
            or SettingType.Seconds, _) => null,
        (SettingType.List, FileList list) => string.Join(',', list.Items.OfType<FileScalar>().Select(item => item.Text)),
        (SettingType.List or SettingType.FlagMap, _) => null,
        (_, FileScalar scalar) => scalar.Text,
        _ => null,
    };

    private static string Expected(SettingType type) => type switch
    {
        SettingType.Flag => "true or false, without quotes",
        SettingType.Duration => "a whole number of nanoseconds, without a unit",
        SettingType.Number or SettingType.Bytes or SettingType.Milliseconds or SettingType.Seconds => "a whole number, without quotes",
        SettingType.List => "a list",
        SettingType.FlagMap => "a map",
        _ => "a text",
    };

    private ConfigurationFinding UnknownName(string given, bool isTop)
    {
        EtcdSetting? setting = isTop ? EtcdSettingTable.Find(given) : null;
        string known = setting is null ? "" : $"; it is a setting of etcd {SettingVersions.Describe(setting.Versions)}";
        string? nextStep = isTop && EtcdFlags.Find(given, version) is { } flag && flag.FileName != flag.Name
            ? $"Use '{flag.FileName}' in the file."
            : SettingNames.Suggest(given, version);
        return new ConfigurationFinding(ConfigurationFindingKind.Unknown, ConfigurationSource.File, given,
            $"etcd {version} ignores '{given}' in {path} without a message{known}.", nextStep);
    }

    private static ConfigurationFinding Refused(string given, string text) =>
        new(ConfigurationFindingKind.Refused, ConfigurationSource.File, given, text);
}
