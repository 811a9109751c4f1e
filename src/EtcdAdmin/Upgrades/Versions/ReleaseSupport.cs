using System.Globalization;

namespace EtcdAdmin.Upgrades.Versions;

/// <summary>What is known about the support of versions: the end of lines, and published weaknesses.</summary>
/// <remarks>Sources: etcd's release announcements of March, May and July 2026; the advisories by their ids.</remarks>
internal static class ReleaseSupport
{
    /// <summary>The date of this knowledge.</summary>
    public static readonly DateOnly Known = new(2026, 11, 1);

    // The project maintains three lines; 3.4 ended in June 2026.
    private static readonly MinorLine FirstSupported = new(3, 5);

    private static readonly Advisory[] Advisories =
    [
        new("CVE-2026-33413 and CVE-2026-33343", [new(3, 4, 42), new(3, 5, 28), new(3, 6, 9)]),
        new("CVE-2026-44283", [new(3, 4, 44), new(3, 5, 30), new(3, 6, 11)]),
        new("GHSA-xg4h-6gfc-h4m8 (a user who may read one key can watch others)", [new(3, 5, 33), new(3, 6, 14), new(3, 7, 1)]),
    ];

    /// <summary>Whether the project still repairs a line.</summary>
    public static bool IsSupported(EtcdVersion version) => MinorLine.Of(version) >= FirstSupported;

    /// <summary>The published weaknesses of a version, with the version of its line that repairs each, if there is one.</summary>
    public static IEnumerable<string> WeaknessesOf(EtcdVersion version)
    {
        foreach (Advisory advisory in Advisories)
        {
            EtcdVersion? repaired = advisory.Repaired.Cast<EtcdVersion?>().FirstOrDefault(fix => MinorLine.Of(fix!.Value) == MinorLine.Of(version));
            bool isOld = MinorLine.Of(version) < MinorLine.Of(advisory.Repaired[0]);
            if (isOld) yield return $"{advisory.Id}, not repaired in this line";
            else if (repaired is { } fix && version < fix)
                yield return string.Create(CultureInfo.InvariantCulture, $"{advisory.Id}, repaired in {fix}");
        }
    }

    private sealed record Advisory(string Id, EtcdVersion[] Repaired);
}
