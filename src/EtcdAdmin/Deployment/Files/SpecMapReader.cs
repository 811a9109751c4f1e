using System.Globalization;
using EtcdAdmin.Text;

namespace EtcdAdmin.Deployment.Files;

/// <summary>Reads the typed values of one map. A key that is asked for is known; other keys are unknown.</summary>
/// <remarks>A missing or empty value is null. A wrong value is reported and is null too, so that all problems are reported.</remarks>
internal sealed class SpecMapReader
{
    private readonly SpecMap _map;
    private readonly SpecProblems _problems;
    private readonly Dictionary<string, SpecEntry> _entries = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _known = [];

    public SpecMapReader(SpecMap map, SpecProblems problems)
    {
        _map = map;
        _problems = problems;
        foreach (SpecEntry entry in map.Entries)
        {
            if (!_entries.TryAdd(entry.Key, entry)) problems.Add(entry.Place, $"'{entry.Key}' is given twice");
        }
    }

    /// <summary>The position of a key's value; the position of the map where the key is missing.</summary>
    public SpecPlace PlaceOf(string key) => _entries.TryGetValue(key, out SpecEntry? entry) ? entry.Value.Place : _map.Place;

    /// <summary>Text; a number as it is written.</summary>
    public string? Text(string key) => Take(key) is { } node ? TextOf(key, node) : null;

    /// <summary>As <see cref="Text"/>, but a missing value is a problem.</summary>
    public string? RequiredText(string key)
    {
        string? text = Text(key);
        bool isMissing = !_entries.ContainsKey(key) || IsNull(key) || text is not null && string.IsNullOrWhiteSpace(text);
        if (isMissing) _problems.Add(PlaceOf(key), $"'{key}' is missing");
        return text;
    }

    public bool? Flag(string key) => Single(key, "true or false", s =>
        s.Kind == SpecKind.Flag ? s.Text.Equals("true", StringComparison.OrdinalIgnoreCase) : (bool?)null);

    public int? Port(string key) => Single(key, "a port number from 1 to 65535", s =>
        int.TryParse(s.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is > 0 and < 65_536 ? port : (int?)null);

    public long? Count(string key) => Single(key, "a whole number", s =>
        long.TryParse(s.Text, NumberStyles.None, CultureInfo.InvariantCulture, out long count) ? count : (long?)null);

    public long? Size(string key) => Single(key, "a size such as 2GB, 512MiB or a number of bytes", s => SpecValues.Size(s.Text));

    public TimeSpan? Duration(string key) => Single(key, "a duration such as 500ms, 5s or 00:00:05", s => SpecValues.Duration(s.Text));

    /// <summary>One of the names of an enumeration.</summary>
    public T? Choice<T>(string key)
        where T : struct, Enum => Single(key, $"one of {string.Join(", ", Enum.GetNames<T>())}", s =>
            Enum.GetNames<T>().Contains(s.Text, StringComparer.OrdinalIgnoreCase) ? Enum.Parse<T>(s.Text, ignoreCase: true) : (T?)null);

    /// <summary>One of the given words.</summary>
    public string? Choice(string key, params string[] words)
    {
        string? text = Text(key);
        if (text is null) return null;
        string? word = Array.Find(words, w => w.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (word is null) _problems.Add(PlaceOf(key), $"'{key}' must be {string.Join(" or ", words)}, not '{text}'");
        return word;
    }

    /// <summary>A list of texts; a single text is a list of one.</summary>
    public IReadOnlyList<string>? Texts(string key) =>
        Items(key)?.Select(item => TextOf(key, item)).OfType<string>().ToList();

    /// <summary>A list of absolute URLs; a single URL is a list of one.</summary>
    public IReadOnlyList<Uri>? Urls(string key) => Items(key)?.Select(item =>
    {
        if (TextOf(key, item) is not { } text) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https" && !EndpointUrl.HasZone(url)) return url;
        _problems.Add(item.Place, $"'{key}' must be URLs such as http://10.0.0.1:2381, not '{text}'");
        return null;
    }).OfType<Uri>().ToList();

    /// <summary>Names and texts; true and false become ssh's yes and no.</summary>
    public IReadOnlyDictionary<string, string>? Pairs(string key)
    {
        if (Map(key) is not { } map) return null;
        var pairs = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (SpecEntry entry in map._map.Entries)
        {
            bool? flag = entry.Value is SpecScalar { Kind: SpecKind.Flag } s ? s.Text.Equals("true", StringComparison.OrdinalIgnoreCase) : null;
            string? text = flag is { } f ? (f ? "yes" : "no") : TextOf(entry.Key, entry.Value);
            if (text is not null) pairs[entry.Key] = text;
        }

        return pairs;
    }

    /// <summary>Names and values of any kind, also nested; names keep their case.</summary>
    public IReadOnlyDictionary<string, object?>? Free(string key)
    {
        if (Take(key) is not { } node) return null;
        if (node is SpecMap map) return PlainSpec.Of(map, _problems);
        _problems.Add(node.Place, $"'{key}' must be a map of names and values");
        return null;
    }

    public SpecMapReader? Map(string key)
    {
        if (Take(key) is not { } node) return null;
        if (node is SpecMap map) return new SpecMapReader(map, _problems);
        _problems.Add(node.Place, $"'{key}' must be a map of names and values");
        return null;
    }

    /// <summary>A list; a single item is a list of one.</summary>
    public IReadOnlyList<SpecNode>? Items(string key) => Take(key) switch
    {
        null => null,
        SpecList list => list.Items,
        var single => [single],
    };

    /// <summary>Reports every key that was not asked for.</summary>
    public void Finish()
    {
        foreach (SpecEntry entry in _map.Entries.Where(e => !_known.Contains(e.Key, StringComparer.OrdinalIgnoreCase)))
        {
            string guess = NearestName.Find(entry.Key, _known) is { } name ? $"; did you mean '{name}'?"
                : $"; known keys: {string.Join(", ", _known)}";
            _problems.Add(entry.Place, $"'{entry.Key}' is unknown{guess}");
        }
    }

    private bool IsNull(string key) => _entries[key].Value is SpecScalar { Kind: SpecKind.Null };

    private SpecNode? Take(string key)
    {
        if (!_known.Contains(key)) _known.Add(key);
        return _entries.TryGetValue(key, out SpecEntry? entry) && !IsNull(key) ? entry.Value : null;
    }

    private T? Single<T>(string key, string expected, Func<SpecScalar, T?> read)
        where T : struct
    {
        if (Take(key) is not { } node) return null;
        if (node is SpecScalar scalar && read(scalar) is { } value) return value;
        string given = node is SpecScalar { Text: var text } ? $", not '{text}'" : "";
        _problems.Add(node.Place, $"'{key}' must be {expected}{given}");
        return null;
    }

    private string? TextOf(string key, SpecNode node)
    {
        // A number that another reader converted may have lost digits: 3.10 has become 3.1.
        if (node is SpecScalar { Kind: SpecKind.Text } or SpecScalar { Kind: SpecKind.Number, IsComputed: false })
            return ((SpecScalar)node).Text;
        string hint = node is SpecScalar { Kind: not SpecKind.Null } ? "; put it in quotes" : "";
        _problems.Add(node.Place, $"'{key}' must be text{hint}");
        return null;
    }
}
