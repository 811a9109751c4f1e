using System.Collections;
using System.Collections.ObjectModel;
using System.Globalization;

namespace EtcdAdmin.Clusters.Spec;

/// <summary>
/// A map of plain values (text, number, truth, list, map) that equals any with the same entries in whatever order, so that a record that
/// has one is compared by what it holds.
/// </summary>
internal sealed class EqualMap(IEnumerable<KeyValuePair<string, object?>> items)
    : ReadOnlyDictionary<string, object?>(new Dictionary<string, object?>(items, StringComparer.Ordinal))
{
    public override bool Equals(object? obj) => obj is EqualMap other && AreEqual(this, other);

    // Of the names alone: values are compared across types, and the order says nothing.
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
        // What was read from a file is a long, what a script gives often an int.
        _ when IsWhole(left) && IsWhole(right) => Convert.ToDecimal(left, CultureInfo.InvariantCulture) == Convert.ToDecimal(right, CultureInfo.InvariantCulture),
        _ => Equals(left, right),
    };

    private static bool IsWhole(object? value) => value is sbyte or byte or short or ushort or int or uint or long or ulong;
}
