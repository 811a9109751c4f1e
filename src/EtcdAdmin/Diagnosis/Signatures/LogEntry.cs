using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EtcdAdmin.Diagnosis.Signatures;

/// <summary>A line of etcd's log, in either format.</summary>
/// <param name="Text">Its message, and its fields as <c>name=value</c>.</param>
/// <param name="Time">When it was written; null if the line does not say it.</param>
internal sealed partial record LogEntry(string Text, DateTimeOffset? Time)
{
    /// <summary>Reads a line. Whatever supervisors and tools put before etcd's text (journald, syslog, container runtimes) is left out.</summary>
    public static LogEntry Read(string line)
    {
        int brace = line.IndexOf("{\"level\":", StringComparison.Ordinal);
        if (brace >= 0 && ReadStructured(line.AsMemory(brace)) is { } structured) return structured;
        if (Plain().Match(line) is not { Success: true } plain) return new LogEntry(line, TimeAtStart(line));
        return new LogEntry(plain.Groups[2].Value,
            DateTime.TryParseExact(plain.Groups[1].Value, "yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeLocal | DateTimeStyles.AdjustToUniversal, out DateTime time) ? time : null);
    }

    // zap, since 3.4 (the default since 3.5): one JSON object in each line, with level, ts, caller, msg, and fields.
    private static LogEntry? ReadStructured(ReadOnlyMemory<char> text)
    {
        try
        {
            using JsonDocument entry = JsonDocument.Parse(text);
            var all = new StringBuilder();
            DateTimeOffset? time = null;
            foreach (JsonProperty field in entry.RootElement.EnumerateObject())
            {
                switch (field.Name)
                {
                    case "level" or "caller" or "stacktrace": break;
                    case "ts": time = TimeOf(field.Value); break;
                    case "msg": all.Insert(0, field.Value.ToString()); break;
                    default: all.Append(' ').Append(field.Name).Append('=').Append(field.Value.ToString()); break;
                }
            }

            return new LogEntry(all.ToString(), time);
        }
        catch (JsonException)
        {
            return null; // its end is cut off
        }
    }

    // 3.4 writes seconds since 1970, later versions ISO 8601 (client/pkg/logutil/zap.go).
    private static DateTimeOffset? TimeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => DateTimeOffset.FromUnixTimeMilliseconds((long)(value.GetDouble() * 1000)),
        JsonValueKind.String => DateTimeOffset.TryParse(
            value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time : null,
        _ => null,
    };

    private static DateTimeOffset? TimeAtStart(string line)
    {
        string first = line.Split(' ', 2)[0];
        return first.Length >= 19
            && DateTimeOffset.TryParse(first, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : null;
    }

    // capnslog, before 3.4: date and time in the host's zone, the letter of the level, then package and text.
    [GeneratedRegex(@"(\d{4}-\d\d-\d\d [\d:]{8}\.\d{6}) [A-Z] \| (.*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
