using System.Globalization;
using EtcdAdmin.Reports.Facts;

namespace EtcdAdmin.Reports.Markup;

/// <summary>The words and numbers that all formats share.</summary>
internal static class ReportText
{
    private const string Unknown = "–";
    private static readonly string[] Units = ["B", "KB", "MB", "GB", "TB"];

    /// <summary>A size in powers of 1000; a dash if it is not known.</summary>
    public static string Size(long? bytes)
    {
        if (bytes is not { } value) return Unknown;
        double rest = value;
        int unit = 0;
        for (; rest >= 1000 && unit < Units.Length - 1; unit++) rest /= 1000;
        return string.Create(CultureInfo.InvariantCulture, $"{rest:0.#} {Units[unit]}");
    }

    /// <summary>A time in UTC, to the minute.</summary>
    public static string Time(DateTimeOffset? time) =>
        time is { } known ? known.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture) : Unknown;

    /// <summary>A day in UTC.</summary>
    public static string Day(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A number with a unit; a dash if it is not known.</summary>
    public static string Number(double? value, string unit) =>
        value is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known:0.#} {unit}") : Unknown;

    /// <summary>A text, or a dash.</summary>
    public static string Or(string? text) => string.IsNullOrEmpty(text) ? Unknown : text;

    /// <summary>The database of a member against its quota.</summary>
    public static string DatabaseShare(MemberReport member) => member.DbSizeBytes is null
        ? Unknown
        : member.QuotaBytes is > 0 and var quota
            ? string.Create(CultureInfo.InvariantCulture, $"{Size(member.DbSizeBytes)} of {Size(quota)} ({100.0 * member.DbSizeBytes / quota:0} %)")
            : Size(member.DbSizeBytes);

    /// <summary>A count with its noun.</summary>
    public static string Count(int count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");

    /// <summary>The settings with one value for all members, then those that differ, by member.</summary>
    public static IEnumerable<(string Setting, string Value)> Settings(IReadOnlyList<ConfigurationReport> configurations)
    {
        foreach (string name in configurations.SelectMany(one => one.Settings.Keys).Distinct().Order(StringComparer.Ordinal))
        {
            var values = configurations.Select(one => (one.Member, Value: one.Settings.GetValueOrDefault(name, Unknown))).ToArray();
            yield return values.Select(one => one.Value).Distinct().Count() == 1
                ? (name, values[0].Value)
                : (name, string.Join("; ", values.Select(one => $"{one.Member}: {one.Value}")));
        }
    }
}
