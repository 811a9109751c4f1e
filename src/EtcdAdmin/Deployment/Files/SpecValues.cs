using System.Globalization;
using System.Text.RegularExpressions;

namespace EtcdAdmin.Deployment.Files;

/// <summary>Durations and sizes as people write them.</summary>
internal static partial class SpecValues
{
    // Beyond what anything waits for, and far below what TimeSpan cannot hold.
    private const double MaxSeconds = 1e9;

    /// <summary>Reads <c>500ms</c>, <c>5s</c>, <c>1m30s</c>, <c>8h</c>, <c>2d</c> or a TimeSpan (<c>00:01:30</c>); more than nothing.</summary>
    /// <returns>Null for anything else: a bare number says no unit.</returns>
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

    /// <summary>Reads <c>2GB</c>, <c>512MiB</c> or a number of bytes. As in PowerShell, GB is the same as GiB: 1024 three times.</summary>
    /// <returns>Null for anything else, and for what is no whole number of bytes.</returns>
    public static long? Size(string text)
    {
        if (SizePattern().Match(text) is not { Success: true } match
            || !decimal.TryParse(match.Groups[1].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number))
        {
            return null;
        }

        decimal factor = match.Groups[2].Value.ToUpperInvariant() switch
        {
            "K" => 1L << 10,
            "M" => 1L << 20,
            "G" => 1L << 30,
            "T" => 1L << 40,
            _ => 1,
        };
        return number <= long.MaxValue / factor && number * factor % 1 == 0 ? (long)(number * factor) : null;
    }

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

    [GeneratedRegex(@"\A([0-9]{1,19}(?:\.[0-9]{1,9})?) ?(?:([KMGT])i?B|B)?\z", RegexOptions.IgnoreCase)]
    private static partial Regex SizePattern();
}
