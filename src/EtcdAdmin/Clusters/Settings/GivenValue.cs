using System.Collections;
using System.Globalization;

namespace EtcdAdmin.Clusters.Settings;

/// <summary>Names a value that cannot be used, in words of an operator and not of .NET.</summary>
internal static class GivenValue
{
    /// <summary>The end of a sentence that says what was expected.</summary>
    public static string Not(object value) => SettingValues.Text(value) is { } text ? $", not '{text}'"
        : value is bool or double or float or TimeSpan ? $", not '{Convert.ToString(value, CultureInfo.InvariantCulture)}'"
        : $"; {Kind(value)} is given";

    private static string Kind(object value) => value switch
    {
        IDictionary or IReadOnlyDictionary<string, object?> => "a map",
        IEnumerable => "a list",
        DateTime or DateTimeOffset => "a time",
        _ => "a value of another kind",
    };
}
