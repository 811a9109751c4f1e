using System.Globalization;

namespace EtcdAdmin.Deployment.Files;

/// <summary>Turns a map with free names into plain values: text, numbers, booleans, lists and maps.</summary>
internal static class PlainSpec
{
    public static IReadOnlyDictionary<string, object?> Of(SpecMap map, SpecProblems problems)
    {
        var plain = new SortedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (SpecEntry entry in map.Entries)
        {
            if (!plain.TryAdd(entry.Key, Of(entry.Value, problems))) problems.Add(entry.Place, $"'{entry.Key}' is given twice");
        }

        return plain;
    }

    private static object? Of(SpecNode node, SpecProblems problems) => node switch
    {
        SpecMap map => Of(map, problems),
        SpecList list => list.Items.Select(item => Of(item, problems)).ToList(),
        SpecScalar { Kind: SpecKind.Null } => null,
        SpecScalar { Kind: SpecKind.Flag } flag => flag.Text.Equals("true", StringComparison.OrdinalIgnoreCase),
        SpecScalar { Kind: SpecKind.Number } number => Number(number.Text),
        SpecScalar text => text.Text,
        _ => null,
    };

    private static object Number(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole)
            ? whole
            : double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
