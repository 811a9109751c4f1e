using System.Text.Json;
using System.Text.RegularExpressions;

namespace EtcdAdmin.Clusters.Services;

/// <summary>Shortens etcd's log since its last start for an error message.</summary>
internal static partial class EtcdLog
{
    private const int MaxLength = 500;

    // Lines with the reason of the end, whatever their level: etcd 3.6 logs a warning for unknown flags, and ends.
    private static readonly string[] Causes =
    [
        "address already in use", "failed to verify flags", "error verifying flags", "unrecognized feature gate", "flag provided but not defined",
        "cannot unmarshal", "error unmarshaling", "no space left on device", "too many open files", "was not started:",
    ];

    /// <summary>The line with the reason of the end; the last line if none has it.</summary>
    /// <param name="tail">Its log since its last start.</param>
    public static string Summarize(string tail)
    {
        string[] lines = tail.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines.Length == 0) return "(empty)";
        LogLine[] read = [.. lines.Select(Read)];
        LogWeight most = read.Max(line => line.Weight);
        string text = most == LogWeight.None ? lines[^1] : read.Last(line => line.Weight == most).Text;
        return text.Length <= MaxLength ? text : text[..MaxLength] + "…";
    }

    private static LogLine Read(string line) =>
        line.StartsWith('{') ? ReadStructured(line)
        : PlainLevel().Match(line) is { Success: true } plain
        ? new LogLine(
            Weigh(plain.Groups[1].Value switch { "C" => LogWeight.End, "E" => LogWeight.Error, _ => LogWeight.None }, line), plain.Groups[2].Value)
        // Messages of the Go runtime; the stack follows.
        : line.StartsWith("panic: ", StringComparison.Ordinal) || line.StartsWith("fatal error: ", StringComparison.Ordinal)
        ? new LogLine(LogWeight.End, line)
        : new LogLine(Weigh(LogWeight.None, line), line);

    // etcd logs one JSON object per line (zap): level, msg, and often error. Before a panic it logs the text of Go's own line, with the reason.
    private static LogLine ReadStructured(string line)
    {
        try
        {
            using JsonDocument entry = JsonDocument.Parse(line);
            JsonElement root = entry.RootElement;
            string? error = Text(root, "error");
            string message = Text(root, "msg") ?? line;
            LogWeight weight = Text(root, "level") switch
            {
                "fatal" or "panic" or "dpanic" => error is null ? LogWeight.End : LogWeight.EndWithReason,
                "error" => LogWeight.Error,
                "warn" when error is not null => LogWeight.Warning,
                _ => LogWeight.None,
            };
            return new LogLine(Weigh(weight, line), error is null ? message : $"{message}: {error}");
        }
        catch (JsonException)
        {
            return new LogLine(LogWeight.None, line); // its start or end is cut off
        }
    }

    private static LogWeight Weigh(LogWeight weight, string line) =>
        weight < LogWeight.Cause && Causes.Any(cause => line.Contains(cause, StringComparison.OrdinalIgnoreCase)) ? LogWeight.Cause : weight;

    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // etcd 3.3 (capnslog): date, time, the level's letter, then package and text.
    [GeneratedRegex(@"\A\d{4}-\d\d-\d\d [\d:.]+ ([A-Z]) \| (.*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainLevel();

    /// <summary>How likely a line is the reason for the end of etcd.</summary>
    private enum LogWeight
    {
        None,
        Warning,
        Error,
        Cause,
        End,
        EndWithReason,
    }

    private readonly record struct LogLine(LogWeight Weight, string Text);
}
