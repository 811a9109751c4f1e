using System.Globalization;
using System.Text.RegularExpressions;

namespace EtcdAdmin.Clusters.Settings;

/// <summary>Reads and shows sizes with units.</summary>
internal static partial class ByteSizes
{
    /// <summary>Reads <c>2GB</c>, <c>512MiB</c> or a number of bytes. As in PowerShell, GB is the same as GiB: 1024 three times.</summary>
    /// <returns>Null for any other text, and if the result is not a whole number of bytes.</returns>
    public static long? Read(string text)
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

    /// <summary>A size for people: <c>640 kB</c>, <c>4.2 MB</c>, <c>1.8 GB</c>, in powers of 1000 as disks have them.</summary>
    public static string Show(long bytes)
    {
        (double unit, string name) = bytes switch
        {
            < 1_000 => (1, "bytes"),
            < 1_000_000 => (1e3, "kB"),
            < 1_000_000_000 => (1e6, "MB"),
            < 1_000_000_000_000 => (1e9, "GB"),
            _ => (1e12, "TB"),
        };
        double number = bytes / unit;
        return string.Create(
            CultureInfo.InvariantCulture, $"{number.ToString(number < 10 && unit > 1 ? "0.#" : "0", CultureInfo.InvariantCulture)} {name}");
    }

    [GeneratedRegex(@"\A([0-9]{1,19}(?:\.[0-9]{1,9})?) ?(?:([KMGT])i?B|B)?\z", RegexOptions.IgnoreCase)]
    private static partial Regex SizePattern();
}
