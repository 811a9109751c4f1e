using System.Globalization;
using EtcdAdmin.Clusters.Settings;
using YamlDotNet.RepresentationModel;

namespace EtcdAdmin.Provisioning.Files;

/// <summary>The entries of a configuration file as a flat list, independent of order and nesting.</summary>
internal static class FlatSettings
{
    /// <summary>Reads a file as plain text values; YAML tags create no types. Durations are shown as 1m30s.</summary>
    /// <exception cref="YamlDotNet.Core.YamlException">The file is not YAML.</exception>
    public static IReadOnlyDictionary<string, string> Read(string yaml)
    {
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var stream = new YamlStream();
        using var reader = new StringReader(yaml);
        stream.Load(reader);
        if (stream.Documents.Count > 0) Add(settings, "", stream.Documents[0].RootNode);
        return settings;
    }

    /// <summary>The settings that differ.</summary>
    public static IEnumerable<EtcdSettingDrift> Differences(
        IReadOnlyDictionary<string, string> wanted, IReadOnlyDictionary<string, string> actual) =>
        from name in wanted.Keys.Union(actual.Keys).Order(StringComparer.Ordinal)
        let expected = wanted.GetValueOrDefault(name)
        let found = actual.GetValueOrDefault(name)
        where expected != found
        select new EtcdSettingDrift(name, expected, found);

    private static void Add(SortedDictionary<string, string> settings, string name, YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode map:
                foreach ((YamlNode key, YamlNode value) in map.Children) Add(settings, name.Length == 0 ? $"{key}" : $"{name}.{key}", value);
                break;
            case YamlSequenceNode list:
                settings[name] = string.Join(',', list.Children.Select(child => child.ToString()));
                break;
            default:
                settings[name] = Readable(name, Convert.ToString(node, CultureInfo.InvariantCulture) ?? "");
                break;
        }
    }

    // The file has nanoseconds; operators write 1m30s.
    private static string Readable(string name, string text) =>
        EtcdSettingTable.Find(name) is not { Type: SettingType.Duration } ? text
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long nanoseconds) ? GoDuration.Format(nanoseconds)
        : $"{text} (text; etcd expects whole nanoseconds)";
}
