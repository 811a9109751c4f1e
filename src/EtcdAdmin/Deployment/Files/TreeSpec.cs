using System.Collections;
using System.Globalization;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Deployment.Files;

/// <summary>Reads a tree of dictionaries, lists and single values that another reader has made.</summary>
internal sealed class TreeSpec
{
    private readonly string _source;
    private readonly SpecBudget _budget;

    private TreeSpec(string source)
    {
        _source = source;
        _budget = new SpecBudget(source);
    }

    /// <exception cref="EtcdException">SpecInvalid: too large, too deep, or values of another type.</exception>
    public static SpecNode Read(IDictionary tree, string source) => new TreeSpec(source).ReadNode(tree, "the file", 0);

    private SpecNode ReadNode(object? value, string name, int depth)
    {
        SpecPlace place = SpecPlace.None;
        _budget.Take(place, depth);
        return value switch
        {
            null => new SpecScalar(place, SpecKind.Null, ""),
            string text => new SpecScalar(place, SpecKind.Text, text),
            bool flag => new SpecScalar(place, SpecKind.Flag, flag ? "true" : "false"),
            TimeSpan span => new SpecScalar(place, SpecKind.Text, span.ToString("c", CultureInfo.InvariantCulture)),
            Uri url => new SpecScalar(place, SpecKind.Text, url.OriginalString),
            byte or sbyte or short or ushort or int or uint or long or ulong =>
                new SpecScalar(place, SpecKind.Number, Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""),
            float or double or decimal =>
                new SpecScalar(place, SpecKind.Number, Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", IsComputed: true),
            IDictionary map => new SpecMap(place, [.. Entries(map, depth)]),
            IEnumerable list => new SpecList(place, [.. list.Cast<object?>().Select(item => ReadNode(item, name, depth + 1))]),
            _ => throw SpecProblems.Refuse(_source, place, $"'{name}' has a type ({value.GetType().Name}) that is not allowed in a cluster file"),
        };
    }

    private IEnumerable<SpecEntry> Entries(IDictionary map, int depth)
    {
        // Enumerate the keys: the type of the entries differs between hashtables and generic dictionaries.
        var entries = map.Keys.Cast<object>()
            .Select(key => (Key: Convert.ToString(key, CultureInfo.InvariantCulture) ?? "", Value: map[key]));
        // A hashtable has no order; the same file must give the same cluster.
        if (map is Hashtable) entries = entries.OrderBy(e => e.Key, StringComparer.Ordinal);
        return entries.Select(e => new SpecEntry(e.Key, SpecPlace.None, ReadNode(e.Value, e.Key, depth + 1)));
    }
}
