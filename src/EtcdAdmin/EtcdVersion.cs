using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace EtcdAdmin;

/// <summary>A version of etcd, in the order of semantic versioning: a pre-release is older than its release.</summary>
/// <param name="Major">First number.</param>
/// <param name="Minor">Second number; the members of one cluster may differ by one.</param>
/// <param name="Patch">Third number.</param>
/// <param name="PreRelease">The suffix without its dash, for instance <c>rc.1</c>; null for a release.</param>
public readonly partial record struct EtcdVersion(int Major, int Minor, int Patch, string? PreRelease = null)
    : IComparable<EtcdVersion>
{
    /// <summary>Reads <c>3.5.16</c>, <c>v3.5.16</c> or <c>3.6.0-rc.1</c>; build metadata after a plus sign is ignored.</summary>
    /// <param name="text">The text, which must contain nothing but the version.</param>
    /// <exception cref="FormatException">The text is not a version.</exception>
    public static EtcdVersion Parse(string text) =>
        TryParse(text, out EtcdVersion version)
            ? version
            : throw new FormatException($"'{text}' is not an etcd version. Use a version like 3.5.16.");

    /// <summary>Reads a version as <see cref="Parse"/> does, without throwing.</summary>
    /// <param name="text">Null is not a version.</param>
    /// <param name="version">The version; 0.0.0 if the text is not a version.</param>
    /// <returns>Whether the text is a version.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out EtcdVersion version)
    {
        version = default;
        if (text is null || Pattern().Match(text) is not { Success: true } match) return false;
        version = new EtcdVersion(Number(match, 1), Number(match, 2), Number(match, 3),
            match.Groups[4].Success ? match.Groups[4].Value : null);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(EtcdVersion other)
    {
        int order = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        if (order != 0) return order;
        if (PreRelease is null || other.PreRelease is null)
            return (PreRelease is null).CompareTo(other.PreRelease is null);
        return ComparePreReleases(PreRelease, other.PreRelease);
    }

    /// <summary>The version without a leading v.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Major}.{Minor}.{Patch}{(PreRelease is null ? "" : "-")}{PreRelease}");

    /// <summary>Whether the left version is older.</summary>
    public static bool operator <(EtcdVersion left, EtcdVersion right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left version is older or the same.</summary>
    public static bool operator <=(EtcdVersion left, EtcdVersion right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left version is newer.</summary>
    public static bool operator >(EtcdVersion left, EtcdVersion right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left version is newer or the same.</summary>
    public static bool operator >=(EtcdVersion left, EtcdVersion right) => left.CompareTo(right) >= 0;

    // semver.org 2.0.0, item 11: numbers are compared as numbers and come before words; if one list continues the other, the longer is
    // newer.
    private static int ComparePreReleases(string left, string right)
    {
        string[] lefts = left.Split('.');
        string[] rights = right.Split('.');
        for (int i = 0; i < Math.Min(lefts.Length, rights.Length); i++)
        {
            bool leftIsNumber = int.TryParse(lefts[i], NumberStyles.None, CultureInfo.InvariantCulture, out int leftNumber);
            bool rightIsNumber = int.TryParse(rights[i], NumberStyles.None, CultureInfo.InvariantCulture, out int rightNumber);
            int order = (leftIsNumber, rightIsNumber) switch
            {
                (true, true) => leftNumber.CompareTo(rightNumber),
                (true, false) => -1,
                (false, true) => 1,
                _ => string.CompareOrdinal(lefts[i], rights[i]),
            };
            if (order != 0) return order;
        }

        return lefts.Length.CompareTo(rights.Length);
    }

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\Av?([0-9]{1,5})\.([0-9]{1,5})\.([0-9]{1,5})(?:-([0-9A-Za-z][0-9A-Za-z.-]*))?(?:\+[0-9A-Za-z.-]+)?\z")]
    private static partial Regex Pattern();
}
