using EtcdAdmin.Checks.Facts;

namespace EtcdAdmin.Reports;

/// <summary>What to put into a report, and where.</summary>
public sealed record ReportRequest
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>The format; null takes it from the file's extension.</summary>
    public ReportFormat? Format { get; init; }

    /// <summary>The title. Default: <c>etcd clusters</c>.</summary>
    public string Title { get; init; } = "etcd clusters";

    /// <summary>How far back the recorded history is shown. Default 30 days.</summary>
    public TimeSpan HistoryAge { get; init; } = TimeSpan.FromDays(30);

    /// <summary>The options of the checks.</summary>
    public CheckOptions Checks { get; init; } = new();

    /// <summary>Whether an existing file is replaced.</summary>
    public bool Overwrite { get; init; }
}

/// <summary>The format of a report.</summary>
public enum ReportFormat
{
    /// <summary>One HTML file that loads nothing: no scripts, no fonts, no pictures.</summary>
    Html,

    /// <summary>Markdown (CommonMark with tables).</summary>
    Markdown,

    /// <summary>JSON with all facts, for other programs.</summary>
    Json,
}
