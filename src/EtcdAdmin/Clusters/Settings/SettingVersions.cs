using System.Globalization;

namespace EtcdAdmin.Clusters.Settings;

/// <summary>The releases that read a setting, as text: <c>3.4-3.5</c> is these minor versions, <c>3.6-</c> is 3.6 and later, and <c>3.4.20</c> is 3.4
/// from this patch version on; several are separated by commas.</summary>
internal static class SettingVersions
{
    // etcd 2.3 has no configuration file; its flags have the names and meanings that 3.0 gives them.
    private static readonly EtcdVersion First = new(3, 0, 0);

    /// <summary>Whether a release is one of them.</summary>
    public static bool Include(string versions, EtcdVersion version) =>
        versions.Split(',').Any(range => Includes(range, version < First ? First : version));

    /// <summary>The same for messages: <c>3.5 from 3.5.8 on, and 3.6 and later</c>.</summary>
    public static string Describe(string versions) => string.Join(", and ", versions.Split(',').Select(Range));

    private static string Range(string range) => range.Split('-') switch
    {
        [var only] => $"{only[..only.LastIndexOf('.')]} from {only} on",
        [var first, ""] => $"{first} and later",
        [var first, var last] when first == last => first,
        [var first, var last, ..] => $"{first} to {last}",
        _ => range,
    };

    private static bool Includes(string range, EtcdVersion version)
    {
        string[] ends = range.Split('-');
        int[] first = Numbers(ends[0]);
        if (ends.Length == 1) return version.Major == first[0] && version.Minor == first[1] && version.Patch >= first.ElementAtOrDefault(2);
        if (version < new EtcdVersion(first[0], first[1], first.ElementAtOrDefault(2))) return false;
        return ends[1].Length == 0 || version < new EtcdVersion(Numbers(ends[1])[0], Numbers(ends[1])[1] + 1, 0);
    }

    private static int[] Numbers(string text) => [.. text.Split('.').Select(part => int.Parse(part, CultureInfo.InvariantCulture))];
}
