using System.Globalization;
using EtcdAdmin.Database.V2Store;

namespace EtcdAdmin.Upgrades.V2Store;

/// <summary>Compares the v2 stores of members, which clients may write to meanwhile.</summary>
internal static class V2Agreement
{
    /// <summary>
    /// The first difference between two stores, as the end of a sentence; null if there is none. Whatever the newer one has, and was last changed
    /// before the older one was read, the older one must have in the same form. What was deleted since cannot be compared. If both have the same
    /// index, everything is compared.
    /// </summary>
    public static string? FindDifference((V2Node Root, ulong Index) one, (V2Node Root, ulong Index) other)
    {
        ((V2Node Root, ulong Index) older, (V2Node Root, ulong Index) newer) = one.Index <= other.Index ? (one, other) : (other, one);
        return Find(older.Root, newer.Root, older.Index) ?? (older.Index == newer.Index ? Find(newer.Root, older.Root, older.Index) : null);
    }

    private static string? Find(V2Node older, V2Node newer, ulong index)
    {
        var open = new Stack<(string Path, V2Node? Older, V2Node Newer)>();
        open.Push(("", older, newer));
        while (open.TryPop(out (string Path, V2Node? Older, V2Node Newer) pair))
        {
            // The root has no index.
            if (pair.Path.Length > 0 && pair.Newer.ModifiedIndex <= index && !IsSame(pair.Older, pair.Newer))
                return string.Create(CultureInfo.InvariantCulture, $"{pair.Path}, last changed at index {pair.Newer.ModifiedIndex}");
            foreach (V2Node child in pair.Newer.Children?.Values.Reverse() ?? [])
                open.Push(($"{pair.Path}/{child.Name}", pair.Older?.Children?.GetValueOrDefault(child.Name), child));
        }

        return null;
    }

    private static bool IsSame(V2Node? older, V2Node newer) => older is not null && older.IsDirectory == newer.IsDirectory
        && older.Value == newer.Value && older.CreatedIndex == newer.CreatedIndex && older.ModifiedIndex == newer.ModifiedIndex;
}
