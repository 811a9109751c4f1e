using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace EtcdAdmin.PowerShell.Arguments;

/// <summary>
/// Removes PowerShell's wrappers from values of a script: maps, lists and single values, as the core takes them.
/// </summary>
internal static class PlainValues
{
    /// <summary>A hashtable as a map, including nested hashtables.</summary>
    /// <param name="map">Null stays null.</param>
    public static IReadOnlyDictionary<string, object?>? From(IDictionary? map)
    {
        if (map is null) return null;
        var plain = new SortedDictionary<string, object?>(StringComparer.Ordinal); // a hashtable has no order; the same input must give the same text
        foreach (DictionaryEntry entry in map)
            plain[Convert.ToString(entry.Key, CultureInfo.InvariantCulture) ?? ""] = Plain(entry.Value);
        return plain;
    }

    private static SortedDictionary<string, object?> Properties(PSObject custom)
    {
        var plain = new SortedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (PSPropertyInfo property in custom.Properties) plain[property.Name] = Plain(property.Value);
        return plain;
    }

    private static object? Plain(object? value) => value switch
    {
        PSObject { BaseObject: not PSCustomObject } wrapped => Plain(wrapped.BaseObject),
        PSObject custom => Properties(custom),
        SwitchParameter flag => flag.ToBool(),
        string => value,
        IDictionary map => From(map),
        IEnumerable list => list.Cast<object?>().Select(Plain).ToList(),
        _ => value,
    };
}
