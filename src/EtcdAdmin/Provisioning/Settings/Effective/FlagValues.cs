using System.Globalization;
using EtcdAdmin.Clusters.Settings;

namespace EtcdAdmin.Provisioning.Settings.Effective;

/// <summary>Reads the values of flags and variables as Go does.</summary>
/// <remarks>Source: Go <c>flag</c> (boolValue, uintValue, durationValue) and <c>strconv.ParseBool</c>.</remarks>
internal static class FlagValues
{
    /// <summary>The value in the notation of the file; null if etcd refuses it.</summary>
    public static string? Read(SettingType type, string text) => type switch
    {
        SettingType.Flag => text switch
        {
            "1" or "t" or "T" or "TRUE" or "true" or "True" => "true",
            "0" or "f" or "F" or "FALSE" or "false" or "False" => "false",
            _ => null,
        },
        SettingType.Duration => GoDuration.TryParse(text, out long nanoseconds) ? GoDuration.Format(nanoseconds) : null,
        SettingType.Number or SettingType.Bytes or SettingType.Milliseconds or SettingType.Seconds => Number(text),
        _ => text,
    };

    /// <summary>What a value must be, to follow "must be".</summary>
    public static string Expected(SettingType type) => type switch
    {
        SettingType.Flag => "true or false",
        SettingType.Duration => "a duration such as 5s or 1h30m",
        _ => "a whole number",
    };

    private static string? Number(string text) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long hex)
                ? hex.ToString(CultureInfo.InvariantCulture) : null
            : decimal.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out decimal number)
                ? number.ToString(CultureInfo.InvariantCulture) : null;
}
