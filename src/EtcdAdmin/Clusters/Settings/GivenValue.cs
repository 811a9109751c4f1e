using System.Collections;
using System.Globalization;

namespace EtcdAdmin.Clusters.Settings;

/// <summary>Describes an unusable value in the operator's terms, not in .NET's.</summary>
internal static class GivenValue
{
    /// <summary>The end of a sentence about the expected value.</summary>
    public static string Not(object value) => SettingValues.Text(value) is { } text ? $", not '{text}'"
        : value is bool or double or float or TimeSpan ? $", not '{Convert.ToString(value, CultureInfo.InvariantCulture)}'"
        : $", not {Kind(value)}";

    private static string Kind(object value) => value switch
    {
        IDictionary or IReadOnlyDictionary<string, object?> => "a map",
        IEnumerable => "a list",
        DateTime or DateTimeOffset => "a time",
        _ => "a value of another type",
    };
}
