using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;

namespace EtcdAdmin.Clusters.Profiles;

/// <summary>Compares a profile with the types that it is read into, entry by entry, so that all problems can be listed at once.</summary>
/// <param name="options">The JSON options for profiles.</param>
internal sealed class ProfileShape(JsonSerializerOptions options)
{
    private readonly List<ProfileProblem> _problems = [];
    private readonly List<string> _warnings = [];

    /// <summary>The problems.</summary>
    public IReadOnlyList<ProfileProblem> Problems => _problems;

    /// <summary>The converted or ignored entries, as sentences.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Checks an entry and its content. A name with other upper or lower case is corrected.</summary>
    public void Check(JsonNode? node, Type type, string path)
    {
        JsonTypeInfo info = options.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type);
        switch (info.Kind)
        {
            case JsonTypeInfoKind.Object when node is JsonObject map:
                CheckObject(map, info, path);
                if (info.Type == typeof(HostConnection)) CheckConnection(map, path);
                break;
            case JsonTypeInfoKind.Enumerable when node is JsonArray list:
                for (int i = 0; i < list.Count; i++) Check(list[i], info.ElementType!, $"{path}[{i}]"); // a list has an element type
                break;
            case JsonTypeInfoKind.Dictionary when node is JsonObject map:
                foreach ((string name, JsonNode? value) in map.ToArray()) Check(value, info.ElementType!, $"{path}.{name}"); // as above
                break;
            case JsonTypeInfoKind.None when CanRead(node, type):
                break;
            default:
                _problems.Add(ProfileProblem.Wrong(path, node, Expected(info)));
                break;
        }
    }

    private void CheckObject(JsonObject map, JsonTypeInfo info, string path)
    {
        foreach (string name in map.Select(item => item.Key).ToArray()) CheckName(map, name, info, path);
        foreach (JsonPropertyInfo property in info.Properties.Where(property => property.Set is not null || property.AssociatedParameter is not null))
        {
            string place = Place(path, property.Name);
            bool isThere = map.TryGetPropertyValue(property.Name, out JsonNode? value);
            if (isThere && (value is not null || !MayBeNull(property))) Check(value, property.PropertyType, place);
            else if (!isThere && IsNeeded(property))
                _problems.Add(ProfileProblem.Missing(place, Expected(options.GetTypeInfo(property.PropertyType))));
        }
    }

    // Its properties refuse values that could reach a shell.
    private void CheckConnection(JsonObject map, string path)
    {
        try
        {
            map.Deserialize<HostConnection>(options);
        }
        catch (EtcdException e)
        {
            _problems.Add(new ProfileProblem(path, $"{path} cannot be used: {e.Message.TrimEnd('.')}"));
        }
        catch (JsonException)
        {
            // reported already
        }
    }

    private void CheckName(JsonObject map, string name, JsonTypeInfo info, string path)
    {
        if (info.Properties.Any(property => property.Name == name)) return;
        if (info.Properties.FirstOrDefault(property => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } meant
            && !map.ContainsKey(meant.Name))
        {
            JsonNode? value = map[name];
            map.Remove(name);
            map[meant.Name] = value;
            _warnings.Add($"{Place(path, name)} is treated as {meant.Name}.");
        }
        else _warnings.Add($"{Place(path, name)} is not a profile entry and is ignored.");
    }

    // A constructor parameter of a value type may be newer than the file: then it has its default value.
    private static bool IsNeeded(JsonPropertyInfo property) =>
        property.IsRequired
        || (property.AssociatedParameter is { HasDefaultValue: false } && !property.PropertyType.IsValueType && !property.IsSetNullable);

    private static bool MayBeNull(JsonPropertyInfo property) =>
        Nullable.GetUnderlyingType(property.PropertyType) is not null
        || (!property.PropertyType.IsValueType && property.IsSetNullable && !property.IsRequired);

    private bool CanRead(JsonNode? node, Type type)
    {
        if (type == typeof(object)) return true;
        if (node is null) return false;
        try
        {
            return node.Deserialize(type, options) is not null;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    private static string Place(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static string Expected(JsonTypeInfo info)
    {
        Type type = Nullable.GetUnderlyingType(info.Type) ?? info.Type;
        return info.Kind switch
        {
            JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary => "a group of entries in braces",
            JsonTypeInfoKind.Enumerable => "a list in brackets",
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(string) => "text in quotation marks",
            _ when type == typeof(Uri) => "a URL such as \"https://10.0.0.1:2379\"",
            _ when type == typeof(TimeSpan) => "a duration such as \"00:00:05\"",
            _ when type == typeof(DateTimeOffset) => "a time such as \"2027-03-01T00:00:00+00:00\"",
            _ when type == typeof(EtcdVersion) => "a version such as \"3.5.16\"",
            _ when type.IsEnum => $"one of {string.Join(", ", Enum.GetNames(type))}",
            _ when type.IsPrimitive => "a whole number",
            _ => $"a value of type {type.Name}",
        };
    }
}
