using System.Buffers;
using System.Globalization;
using System.Text;

namespace EtcdAdmin.Clusters.Settings;

/// <summary>Durations in Go's notation: <c>1h30m</c>, <c>500ms</c>, <c>1.5s</c>; 64 bits of nanoseconds.</summary>
/// <remarks>Source of the grammar: Go <c>time.ParseDuration</c> (go1.23 <c>src/time/format.go</c>).</remarks>
internal static class GoDuration
{
    private static readonly (string Name, long Nanoseconds)[] Units =
    [
        // Longer units first: "ms" starts with "m".
        ("ns", 1), ("us", 1_000), ("\u00b5s", 1_000), ("\u03bcs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
        ("h", 3_600_000_000_000),
    ];

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    /// <summary>Reads a duration; a number without a unit is not one, except 0.</summary>
    public static bool TryParse(string text, out long nanoseconds) => Read(text, out nanoseconds, out bool isTooLong) && !isTooLong;

    /// <summary>Whether a text is a duration outside of Go's range.</summary>
    public static bool IsTooLong(string text) => Read(text, out _, out bool isTooLong) && isTooLong;

    private static bool Read(string text, out long nanoseconds, out bool isTooLong)
    {
        isTooLong = false;
        nanoseconds = 0;
        bool negative = text.StartsWith('-');
        ReadOnlySpan<char> rest = text.AsSpan(negative || text.StartsWith('+') ? 1 : 0);
        if (rest is "0") return true;
        if (rest.Length == 0) return false;
        decimal sum = 0;
        while (rest.Length > 0)
        {
            int digits = rest.IndexOfAnyExcept(Digits);
            if (digits <= 0 || !TryNumber(rest[..digits], out decimal number)) return false;
            rest = rest[digits..];
            if (!TryUnit(rest, out int length, out long unit)) return false;
            rest = rest[length..];
            // The sum is far below the limit of a decimal.
            if (number > (decimal)long.MaxValue / unit) isTooLong = true;
            else sum += decimal.Truncate(number * unit);
            if (sum > long.MaxValue) (isTooLong, sum) = (true, 0);
        }

        nanoseconds = (long)(negative ? -sum : sum);
        return true;
    }

    /// <summary>Writes a duration in whole units (<c>1h30m</c>), with a fraction only of seconds (<c>1.5s</c>).</summary>
    public static string Format(long nanoseconds)
    {
        if (nanoseconds == 0) return "0s";
        var text = new StringBuilder(nanoseconds < 0 ? "-" : "");
        decimal rest = Math.Abs((decimal)nanoseconds);
        if (rest < 1_000) return text.Append(Number(rest)).Append("ns").ToString();
        if (rest < 1_000_000) return text.Append(Number(rest / 1_000)).Append("us").ToString();
        if (rest < 1_000_000_000) return text.Append(Number(rest / 1_000_000)).Append("ms").ToString();
        foreach ((string unit, long size) in new[] { ("h", 3_600_000_000_000), ("m", 60_000_000_000) })
        {
            decimal whole = decimal.Truncate(rest / size);
            if (whole > 0) text.Append(Number(whole)).Append(unit);
            rest -= whole * size;
        }

        if (rest > 0) text.Append(Number(rest / 1_000_000_000)).Append('s');
        return text.ToString();
    }

    private static string Number(decimal number) => number.ToString("0.#########", CultureInfo.InvariantCulture);

    // Digits with at most one point, and at least one digit.
    private static bool TryNumber(ReadOnlySpan<char> text, out decimal number)
    {
        number = 0;
        return text.Length <= 28 && text.ContainsAnyInRange('0', '9')
            && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }

    private static bool TryUnit(ReadOnlySpan<char> text, out int length, out long nanoseconds)
    {
        foreach ((string name, long size) in Units)
        {
            if (!text.StartsWith(name, StringComparison.Ordinal)) continue;
            (length, nanoseconds) = (name.Length, size);
            return true;
        }

        (length, nanoseconds) = (0, 0);
        return false;
    }
}
