using System.Collections;
using System.Collections.ObjectModel;
using System.Globalization;

namespace EtcdAdmin.Clusters.Spec;

/// <summary>A map of plain values (text, number, boolean, list, map) that equals any map with the same entries in any order, so that records with
/// maps are compared by content.</summary>
internal sealed class EqualMap(IEnumerable<KeyValuePair<string, object?>> items)
    : ReadOnlyDictionary<string, object?>(new Dictionary<string, object?>(items, StringComparer.Ordinal))
{
    public override bool Equals(object? obj) => obj is EqualMap other && AreEqual(this, other);

    // From the names only: values are compared across types, and the order does not matter.
    public override int GetHashCode() => Keys.Aggregate(Count, (hash, key) => hash ^ StringComparer.Ordinal.GetHashCode(key));

    private static bool AreEqual(object? left, object? right) => (left, right) switch
    {
        (null, null) => true,
        (IReadOnlyDictionary<string, object?> map, IReadOnlyDictionary<string, object?> other) =>
            map.Count == other.Count && map.All(item => other.TryGetValue(item.Key, out object? value) && AreEqual(item.Value, value)),
        (string text, string other) => text == other,
        (IEnumerable list and not string, IEnumerable other and not string) =>
            list.Cast<object?>().ToArray() is var items && other.Cast<object?>().ToArray() is var others
            && items.Length == others.Length && items.Zip(others).All(pair => AreEqual(pair.First, pair.Second)),
        // A number from a file is a long, a number from a script often an int.
        _ when IsWhole(left) && IsWhole(right) =>
            Convert.ToDecimal(left, CultureInfo.InvariantCulture) == Convert.ToDecimal(right, CultureInfo.InvariantCulture),
        _ => Equals(left, right),
    };

    private static bool IsWhole(object? value) => value is sbyte or byte or short or ushort or int or uint or long or ulong;
}
