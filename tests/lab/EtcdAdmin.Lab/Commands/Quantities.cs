using System.Globalization;

namespace EtcdAdmin.Lab.Commands;

/// <summary>Parses sizes and times.</summary>
internal static class Quantities
{
    /// <summary>For example <c>2G</c>, <c>500M</c>; in units of 1024.</summary>
    public static long ReadBytes(string text) => text.Length > 1 && long.TryParse(text[..^1], CultureInfo.InvariantCulture, out long number)
        ? char.ToUpperInvariant(text[^1]) switch
        {
            'K' => number << 10,
            'M' => number << 20,
            'G' => number << 30,
            _ => throw NoSize(text),
        }
        : throw NoSize(text);

    /// <summary>For example <c>200ms</c>, <c>+3h</c>, <c>-90s</c>, <c>2d</c>; 0 without a unit is zero.</summary>
    public static TimeSpan ReadTime(string text)
    {
        string number = text.TrimEnd([.. "abcdefghijklmnopqrstuvwxyz"]);
        if (!double.TryParse(number, CultureInfo.InvariantCulture, out double value)) throw NoTime(text);
        return text[number.Length..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(value),
            "s" => TimeSpan.FromSeconds(value),
            "m" or "min" => TimeSpan.FromMinutes(value),
            "h" => TimeSpan.FromHours(value),
            "d" => TimeSpan.FromDays(value),
            "" when value == 0 => TimeSpan.Zero,
            _ => throw NoTime(text),
        };
    }

    private static LabException NoSize(string text) => new($"'{text}' is not a size. Examples: 500M, 2G.");

    private static LabException NoTime(string text) => new($"'{text}' is not a time. Examples: 200ms, 30s, 5m, +3h, -2d.");
}
