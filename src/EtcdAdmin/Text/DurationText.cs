using System.Globalization;

namespace EtcdAdmin.Text;

/// <summary>Writes durations for messages.</summary>
internal static class DurationText
{
    private const int EnoughDays = 10;

    /// <summary>A duration in its two largest units, rounded down: <c>3 days 4 h</c>, <c>2 h 5 min</c>, <c>40 s</c>; from 10 days on in days. The
    /// sign is dropped.</summary>
    public static string Show(TimeSpan duration)
    {
        TimeSpan length = duration.Duration();
        string days = length.Days == 1 ? "1 day" : Number(length.Days) + " days";
        return length.Days >= EnoughDays ? days
            : length.Days > 0 ? Join(days, length.Hours, "h")
            : length.Hours > 0 ? Join($"{Number(length.Hours)} h", length.Minutes, "min")
            : length.Minutes > 0 ? Join($"{Number(length.Minutes)} min", length.Seconds, "s")
            : $"{Number(length.Seconds)} s";
    }

    private static string Join(string large, int small, string unit) => small == 0 ? large : $"{large} {Number(small)} {unit}";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
