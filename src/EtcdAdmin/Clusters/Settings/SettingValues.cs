using System.Collections;
using System.Globalization;
using System.Numerics;

namespace EtcdAdmin.Clusters.Settings;

/// <summary>Converts values of settings from operators and scripts to the format in which they are stored.</summary>
/// <remarks>Stored are text, true and false, 64-bit numbers, and lists and maps of those, which JSON and YAML return unchanged. A duration is stored
/// as text such as <c>1m30s</c>, whatever its unit in the file.</remarks>
internal static class SettingValues
{
    // From here on a double can no longer represent every whole number.
    private const long NanosecondsPerHour = 3_600_000_000_000;

    // The most hours that fit into Go's nanoseconds.
    private const long MostHours = long.MaxValue / NanosecondsPerHour;

    private const double MostExact = 9_007_199_254_740_992;

    /// <summary>Converts one value.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="value">Not null.</param>
    /// <param name="kept">The value to store.</param>
    /// <returns>Null if the value is valid; otherwise the expected value, to follow "must be".</returns>
    public static string? Normalize(EtcdSetting setting, object value, out object kept)
    {
        kept = "";
        switch (setting.Type)
        {
            case SettingType.Flag:
                if (Flag(value) is not { } flag) return "true or false";
                kept = flag;
                return null;
            case SettingType.Number or SettingType.Bytes:
                return WholeNumber(setting, value, out kept);
            case SettingType.Duration or SettingType.Milliseconds or SettingType.Seconds:
                return DurationOf(setting, value, out kept);
            case SettingType.Choice:
                if (Word(setting.Words!, value) is not { } word) return $"one of {string.Join(", ", setting.Words!)}"; // a choice has words
                kept = word;
                return null;
            case SettingType.Csv:
                if (Texts(value) is not { } parts) return "text with parts separated by commas, or a list of texts";
                kept = string.Join(',', parts);
                return null;
            case SettingType.List:
                if (Texts(value) is not { } texts) return "a list of texts";
                kept = texts.Cast<object?>().ToList();
                return null;
            case SettingType.FlagMap:
                if (Flags(value, setting.Words) is not { } map) return $"a map of {string.Join(", ", setting.Words!)} to true or false"; // as above
                kept = map.ToDictionary(item => item.Key, item => (object?)item.Value, StringComparer.Ordinal);
                return null;
            case SettingType.Gates:
                if (Flags(value, names: null) is not { } gates)
                    return "names with true or false, such as 'InitialCorruptCheck=true,LeaseCheckpoint=true' or a map";
                kept = string.Join(',', gates.Select(gate => $"{gate.Key}={(gate.Value ? "true" : "false")}"));
                return null;
            case SettingType.Retention:
                const string Expected =
                    "a duration such as 8h or a TimeSpan, or a whole number of hours; with auto-compaction-mode 'revision', a number of revisions";
                string? retention = value is TimeSpan span
                    ? (TryNanoseconds(span, unit: 1, out long length) && length >= 0 ? GoDuration.Format(length) : null)
                    : Whole(value) is { } count ? count.ToString(CultureInfo.InvariantCulture)
                    : value as string;
                if (string.IsNullOrWhiteSpace(retention)) return Expected;
                kept = retention.Trim();
                return null;
            default:
                if (Text(value) is not { Length: > 0 } text || text.Any(char.IsControl)) return "a non-empty text in one line";
                kept = text;
                return null;
        }
    }

    /// <summary>The hours of a retention that is a number of hours or a duration of whole hours; null for any other.</summary>
    public static long? WholeHours(object kept)
    {
        if (Whole(kept) is { } hours) return hours >= 0 && hours <= MostHours ? (long)hours : null;
        return Nanoseconds(kept) is { } nanoseconds and >= 0 && nanoseconds % NanosecondsPerHour == 0 ? nanoseconds / NanosecondsPerHour : null;
    }

    /// <summary>The nanoseconds of a stored duration, also of an earlier version; null if it is not a duration.</summary>
    public static long? Nanoseconds(object? value) =>
        value is not null && TryNanoseconds(value, unit: 1, out long nanoseconds) ? nanoseconds : null;

    /// <summary>A single value as text; null if it is not one.</summary>
    public static string? Text(object value) => value switch
    {
        string text => text.Trim(),
        char letter => letter.ToString(),
        Uri url => url.OriginalString.Trim(),
        Enum word => word.ToString(),
        sbyte or byte or short or ushort or int or uint or long or ulong or decimal or BigInteger =>
            Convert.ToString(value, CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>Texts, or one text with commas; null if an item is not text.</summary>
    public static IReadOnlyList<string>? Texts(object value)
    {
        string?[] items = value switch
        {
            string text => [.. text.Split(',', StringSplitOptions.TrimEntries)],
            IDictionary or IReadOnlyDictionary<string, object?> => [null],
            IEnumerable list => [.. list.Cast<object?>().Select(item => item is null ? null : Text(item))],
            _ => [Text(value)],
        };
        return items.Length == 0 || items.Any(string.IsNullOrEmpty) ? null : [.. items.OfType<string>()];
    }

    /// <summary>A whole number of any type; null if it is not one.</summary>
    public static decimal? Whole(object value) => value switch
    {
        sbyte or byte or short or ushort or int or uint or long or ulong => Convert.ToDecimal(value, CultureInfo.InvariantCulture),
        decimal number when decimal.IsInteger(number) => number,
        BigInteger number when BigInteger.Abs(number) < new BigInteger(decimal.MaxValue) => (decimal)number,
        double number when double.IsInteger(number) && Math.Abs(number) <= MostExact => (decimal)number,
        float number when float.IsInteger(number) && Math.Abs(number) <= MostExact => (decimal)number,
        string text when text.Trim().Length <= 28
            && decimal.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out decimal number) => number,
        _ => null,
    };

    private static bool? Flag(object value) => value switch
    {
        bool flag => flag,
        string text when bool.TryParse(text, out bool flag) => flag,
        _ => null,
    };

    private static string? WholeNumber(EtcdSetting setting, object value, out object kept)
    {
        kept = "";
        decimal? number = Whole(value);
        if (number is null && setting.Type == SettingType.Bytes && value is string size) number = ByteSizes.Read(size.Trim());
        if (number is not { } given || given < setting.Least || given > setting.Most) return Range(setting);
        kept = (long)given;
        return null;
    }

    private static string Range(EtcdSetting setting)
    {
        string most = setting.Most == long.MaxValue ? "" : string.Create(CultureInfo.InvariantCulture, $" to {setting.Most}");
        string size = setting.Type == SettingType.Bytes ? ", or a size such as 512MiB" : "";
        return string.Create(CultureInfo.InvariantCulture, $"a whole number from {setting.Least}{most}{(most.Length == 0 ? " on" : "")}{size}");
    }

    private static string? DurationOf(EtcdSetting setting, object value, out object kept)
    {
        kept = "";
        (long unit, string name) = setting.Type switch
        {
            SettingType.Milliseconds => (1_000_000L, "milliseconds"),
            SettingType.Seconds => (1_000_000_000L, "seconds"),
            _ => (1L, "nanoseconds"),
        };
        if (!TryNanoseconds(value, unit, out long nanoseconds) || nanoseconds < 0)
        {
            if (IsTooLong(value, unit)) return $"a duration of at most {GoDuration.Format(long.MaxValue)}, the longest that etcd supports";
            string days = value is string text && text.TrimEnd().EndsWith('d') ? " (a day is 24h)" : "";
            return $"a duration of 0 or more such as 40s, 1h30m or 500ms{days}, a TimeSpan, or a whole number of {name}";
        }

        if (nanoseconds % unit != 0) return $"a whole number of {name}";
        if (nanoseconds < setting.Least) return "more than 0";
        kept = setting.Type == SettingType.Seconds ? nanoseconds / unit : GoDuration.Format(nanoseconds);
        return null;
    }

    private static bool IsTooLong(object value, long unit) => value switch
    {
        TimeSpan span => (decimal)span.Ticks * TimeSpan.NanosecondsPerTick > long.MaxValue,
        _ when Whole(value) is { } number => number > long.MaxValue / unit,
        string text => GoDuration.IsTooLong(text.Trim()),
        _ => false,
    };

    /// <param name="value">The given value.</param>
    /// <param name="unit">The unit of a bare number, in nanoseconds.</param>
    /// <param name="nanoseconds">The duration.</param>
    private static bool TryNanoseconds(object value, long unit, out long nanoseconds)
    {
        nanoseconds = 0;
        decimal? exact = value switch
        {
            TimeSpan span => (decimal)span.Ticks * TimeSpan.NanosecondsPerTick,
            _ when Whole(value) is { } number => Math.Abs(number) > long.MaxValue ? null : number * unit,
            string text when GoDuration.TryParse(text.Trim(), out long parsed) => parsed,
            // .NET's notation of a TimeSpan; hours of 24 and more are refused instead of read as days, and 5:00 may be minutes or hours.
            string text when TimeSpan.TryParseExact(text.Trim(), "c", CultureInfo.InvariantCulture, out TimeSpan span)
                && text.Count(letter => letter == ':') == 2 =>
                (decimal)span.Ticks * TimeSpan.NanosecondsPerTick,
            _ => null,
        };
        if (exact is not { } all || all < long.MinValue || all > long.MaxValue) return false;
        nanoseconds = (long)all;
        return true;
    }

    private static string? Word(IReadOnlyList<string> words, object value) =>
        Text(value) is { } text ? words.FirstOrDefault(word => word.Equals(text, StringComparison.OrdinalIgnoreCase)) : null;

    // In the order of the names, so that the same map gives the same text.
    private static SortedDictionary<string, bool>? Flags(object value, IReadOnlyList<string>? names)
    {
        IEnumerable<(string Name, object? Value)>? items = value switch
        {
            IReadOnlyDictionary<string, object?> map => map.Select(item => (item.Key, item.Value)),
            IDictionary map => map.Keys.Cast<object>().Select(key => ($"{key}", map[key])),
            string text when names is null =>
                text.Split(',').Select(part => part.Split('=', 2)).Select(part => (part[0], (object?)part.ElementAtOrDefault(1))),
            _ => null,
        };
        var flags = new SortedDictionary<string, bool>(StringComparer.Ordinal);
        foreach ((string given, object? flag) in items ?? [])
        {
            string? name = names is null
                ? given.Trim()
                : names.FirstOrDefault(known => known.Equals(given.Trim(), StringComparison.OrdinalIgnoreCase));
            if (string.IsNullOrEmpty(name) || flag is null || Flag(flag is string text ? text.Trim() : flag) is not { } parsed
                || !flags.TryAdd(name, parsed)) return null;
        }

        return flags.Count == 0 ? null : flags;
    }
}
