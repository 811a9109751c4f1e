using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Clusters.Profiles;

/// <summary>Reads the settings of a profile that have their own entries, also with values from an editor: <c>"electionTimeout": "5s"</c>. A wrong
/// value must not make a cluster unreadable: it is moved to the settings by etcd's names, and each command that would apply it reports it.</summary>
/// <param name="options">The JSON options for profiles.</param>
/// <param name="version">The etcd version of the cluster; null if not known.</param>
internal sealed class ProfileTuning(JsonSerializerOptions options, EtcdVersion? version)
{
    private const string Extra = "extra";

    private readonly List<string> _warnings = [];

    /// <summary>The converted values, as sentences.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Converts values to the current format.</summary>
    /// <param name="tuning">The settings of a profile; changed in place.</param>
    /// <param name="path">Their place in the profile.</param>
    public void Heal(JsonObject tuning, string path)
    {
        if (tuning[Extra] is not (null or JsonObject)) return; // not a map, which is reported elsewhere
        foreach (TuningSetting setting in TuningSetting.All)
        {
            string name = NameOf(setting);
            string? held = tuning.Select(item => item.Key).FirstOrDefault(key => key.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (held is null || tuning[held] is not { } value || IsRight(setting, held, value)) continue;
            tuning.Remove(held);
            if (Healed(setting, value) is { } healed)
            {
                tuning[name] = healed.Value;
                _warnings.Add($"{path}.{held} is {ProfileProblem.Show(value)} and is treated as {healed.Text}.");
            }
            else Keep(tuning, setting.Name, value);
        }
    }

    // Names in the file are the names of the type's properties.
    private static string NameOf(TuningSetting setting) => setting.Name switch
    {
        "cipher-suites" => "cipherSuites",
        "listen-metrics-urls" => "metricsUrls",
        _ => JsonNamingPolicy.CamelCase.ConvertName(setting.Parameter),
    };

    private bool IsRight(TuningSetting setting, string held, JsonNode value)
    {
        try
        {
            EtcdTuning alone = new JsonObject { [held] = value.DeepClone() }.Deserialize<EtcdTuning>(options)!; // an object is never null
            // etcd's words are case-sensitive.
            return setting.GivenIn(alone) is { } read && KeptSettings.Problem(Of(setting), read, version, out object kept) is null
                && (read is not string text || text.Equals(kept));
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    private (JsonNode? Value, string Text)? Healed(TuningSetting setting, JsonNode value)
    {
        if (value.Deserialize<object?>(options) is not { } given || KeptSettings.Problem(Of(setting), given, version, out object kept) is not null)
            return null;
        object? read = setting.Get(setting.Set(new EtcdTuning(), kept));
        string text = kept is System.Collections.IEnumerable and not string
            ? string.Join(", ", ((System.Collections.IEnumerable)kept).Cast<object>())
            : Convert.ToString(kept, CultureInfo.InvariantCulture)!; // in the current format
        return read is null ? null : (JsonSerializer.SerializeToNode(read, read.GetType(), options), text);
    }

    private static void Keep(JsonObject tuning, string name, JsonNode value)
    {
        if (tuning[Extra] is not JsonObject extra) tuning[Extra] = extra = [];
        if (!extra.ContainsKey(name)) extra[name] = value;
    }

    private static EtcdSetting Of(TuningSetting setting) => EtcdSettingTable.Find(setting.Name)!; // each has an entry there
}
