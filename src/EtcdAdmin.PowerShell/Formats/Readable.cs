using System.Globalization;

namespace EtcdAdmin.PowerShell.Formats;

/// <summary>Numbers as people read them; for the format views.</summary>
public static class Readable
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB"];

    /// <summary>A size with three digits at most, in decimal units: <c>94.2 kB</c>. Empty for null.</summary>
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

    /// <summary>A duration in milliseconds: <c>6.1 ms</c>. Empty for null.</summary>
    /// <param name="duration">The duration.</param>
    public static string Milliseconds(TimeSpan? duration) => duration is { } value
        ? value.TotalMilliseconds.ToString(value.TotalMilliseconds < 99.95 ? "0.0" : "0", CultureInfo.InvariantCulture) + " ms"
        : "";

    /// <summary>URLs as etcd prints them, without the slash at the end, one per line.</summary>
    /// <param name="urls">The URLs.</param>
    public static string Urls(IEnumerable<Uri>? urls) =>
        string.Join('\n', (urls ?? []).Select(url => url.GetLeftPart(UriPartial.Authority)));
}
