using System.Text.Json;

namespace EtcdAdmin.Clusters;

/// <summary>Makes the end of etcd's log short enough for an error message.</summary>
internal static class EtcdLog
{
    private const int MaxLength = 500;

    /// <summary>The last complaint, or the last line where none of the lines is one.</summary>
    public static string Summarize(string tail)
    {
        string[] lines = tail.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines.Length == 0) return "nothing.";
        string text = lines.Select(Complaint).LastOrDefault(complaint => complaint is not null) ?? lines[^1];
        return text.Length <= MaxLength ? text : text[..MaxLength] + "…";
    }

    // etcd logs one JSON object per line (zap): level, msg, and often error.
    private static string? Complaint(string line)
    {
        if (line.StartsWith("panic: ", StringComparison.Ordinal)) return line;
        if (!line.StartsWith('{')) return null;
        try
        {
            using JsonDocument entry = JsonDocument.Parse(line);
            JsonElement root = entry.RootElement;
            if (Text(root, "level") is not ("error" or "fatal" or "panic")) return null;
            return Text(root, "error") is { } error ? $"{Text(root, "msg")}: {error}" : Text(root, "msg");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
