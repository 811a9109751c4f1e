using System.Globalization;
using System.Text.RegularExpressions;
using EtcdAdmin.Clusters.Settings;

namespace EtcdAdmin.Deployment.Files;

/// <summary>Reads durations and sizes that are written by hand.</summary>
internal static partial class SpecValues
{
    // Longer than anything waits, and far below the limit of TimeSpan.
    private const double MaxSeconds = 1e9;

    /// <summary>Reads <c>500ms</c>, <c>5s</c>, <c>1m30s</c>, <c>8h</c>, <c>2d</c> or a TimeSpan (<c>00:01:30</c>); more than 0.</summary>
    /// <returns>Null for anything else: a bare number has no unit.</returns>
    public static TimeSpan? Duration(string text)
    {
        double seconds;
        if (DurationPattern().Match(text) is { Success: true } match)
        {
            seconds = match.Groups[1].Captures.Zip(match.Groups[2].Captures, (number, unit) =>
                double.Parse(number.ValueSpan, CultureInfo.InvariantCulture) * SecondsOf(unit.Value)).Sum();
        }
        else if (text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan span))
        {
            seconds = span.TotalSeconds;
        }
        else
        {
            return null;
        }

        return seconds is > 0 and <= MaxSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    /// <summary>Reads <c>2GB</c>, <c>512MiB</c> or a number of bytes, see <see cref="ByteSizes"/>.</summary>
    public static long? Size(string text) => ByteSizes.Read(text);

    private static double SecondsOf(string unit) => unit.ToUpperInvariant() switch
    {
        "MS" => 0.001,
        "S" => 1,
        "M" => 60,
        "H" => 3600,
        _ => 86_400,
    };

    [GeneratedRegex(@"\A(?:([0-9]{1,12}(?:\.[0-9]{1,9})?)(ms|s|m|h|d))+\z", RegexOptions.IgnoreCase)]
    private static partial Regex DurationPattern();
}
