using System.Globalization;
using EtcdAdmin.Text;

namespace EtcdAdmin.PowerShell.Formats;

/// <summary>Formats numbers and text for the format views.</summary>
public static class Readable
{
    private const int LeastWidth = 20;
    private const int LeastCell = 15;
    private const double CloseToLimit = 0.8;
    private const double LargeNumber = 1e11;

    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB"];

    /// <summary>A size with at most three digits, in decimal units: <c>94.2 kB</c>. Empty for null.</summary>
    /// <param name="bytes">The size in bytes.</param>
    public static string Size(long? bytes)
    {
        if (bytes is not { } value) return "";
        double number = value;
        int unit = 0;
        while (number >= 999.5 && unit < Units.Length - 1)
        {
            number /= 1000;
            unit++;
        }

        string digits = number.ToString(unit > 0 && number < 99.95 ? "0.0" : "0", CultureInfo.InvariantCulture);
        return $"{digits} {Units[unit]}";
    }

    /// <summary>A number with at most six digits: <c>12345</c>, <c>0.00512</c>, <c>1.23457E+09</c>. Empty for null.</summary>
    /// <param name="value">The number.</param>
    public static string Number(double? value) => value switch
    {
        null => "",
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        { } number => number.ToString(Math.Abs(number) < LargeNumber && number == Math.Floor(number) ? "0" : "G6", CultureInfo.InvariantCulture),
    };

    /// <summary>A size, and below it its share of a limit that it comes close to: <c>1.9 GB</c>, <c>88 % full</c>.</summary>
    /// <param name="bytes">The size in bytes.</param>
    /// <param name="limit">The limit in bytes; null, 0 or less for none.</param>
    public static string Share(long? bytes, long? limit) =>
        bytes is { } value && limit is > 0 and var most && value >= most * CloseToLimit
            ? string.Create(CultureInfo.InvariantCulture, $"{Size(value)}\n{100.0 * value / most:0} % full")
            : Size(bytes);

    /// <summary>A version, and below it the minor version of its data format if that is another: <c>3.6.14</c>, <c>data 3.5</c>.</summary>
    /// <param name="version">The version; null if it is not known.</param>
    /// <param name="storage">The storage version that etcd reports; null if it reports none.</param>
    public static string Version(EtcdVersion? version, string? storage) =>
        version is { } own && EtcdVersion.TryParse(storage, out EtcdVersion data) && (data.Major, data.Minor) != (own.Major, own.Minor)
            ? string.Create(CultureInfo.InvariantCulture, $"{own}\ndata {data.Major}.{data.Minor}")
            : version?.ToString() ?? "";

    /// <summary>A duration in milliseconds: <c>6.1 ms</c>. Empty for null.</summary>
    /// <param name="duration">The duration.</param>
    public static string Milliseconds(TimeSpan? duration) => duration is { } value
        ? value.TotalMilliseconds.ToString(value.TotalMilliseconds < 99.95 ? "0.0" : "0", CultureInfo.InvariantCulture) + " ms"
        : "";

    /// <summary>URLs as etcd prints them, without the slash at the end, one per line.</summary>
    /// <param name="urls">The URLs.</param>
    public static string Urls(IEnumerable<Uri>? urls) =>
        string.Join('\n', (urls ?? []).Select(url =>
            url.Scheme is "http" or "https" ? url.GetLeftPart(UriPartial.Authority) : url.OriginalString));

    /// <summary>Text wrapped between words. A word longer than a line is not broken.</summary>
    /// <param name="text">The text; null stays null.</param>
    /// <param name="width">The maximum length of a line. Below 20, as without a terminal, nothing is wrapped.</param>
    public static string? Wrap(string? text, int width)
    {
        if (text is null || width < LeastWidth) return text;
        var lines = new List<string> { "" };
        foreach (string word in text.Split(' '))
        {
            if (lines[^1].Length == 0) lines[^1] = word;
            else if (lines[^1].Length + 1 + word.Length <= width) lines[^1] += " " + word;
            else lines.Add(word);
        }

        return string.Join('\n', lines);
    }

    /// <summary>Text without control characters: keys and values may hold escape sequences that change the terminal.</summary>
    /// <param name="text">The text; null stays null.</param>
    public static string? Line(string? text) => TerminalText.Line(text);

    /// <summary>
    /// The beginning of a text as one line of a cell, with "…" if text was cut off; without control characters.
    /// </summary>
    /// <param name="text">The text; null stays null.</param>
    /// <param name="width">The total width of the cells.</param>
    /// <param name="cells">The number of cells. If each is narrower than 15, as without a terminal, nothing is cut off.</param>
    public static string? Cut(string? text, int width, int cells)
    {
        int own = width / cells;
        // Values may have megabytes: only the shown part is read.
        return Line(own < LeastCell || text is null || text.Length <= own ? text : text[..(own - 1)] + "…");
    }
}
