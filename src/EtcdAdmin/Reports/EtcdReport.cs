using EtcdAdmin.Checks.Results;

namespace EtcdAdmin.Reports;

/// <summary>A report that was written.</summary>
public sealed record EtcdReport
{
    /// <summary>The full path of the file.</summary>
    public required string Path { get; init; }

    /// <summary>Its format.</summary>
    public required ReportFormat Format { get; init; }

    /// <summary>Its size in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>The clusters in it, in its order: the worst first.</summary>
    public required IReadOnlyList<string> Clusters { get; init; }

    /// <summary>The worst severity of all checks.</summary>
    public required CheckSeverity Severity { get; init; }

    /// <summary>The number of results that are critical.</summary>
    public required int Critical { get; init; }

    /// <summary>The number of results that are warnings.</summary>
    public required int Warnings { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Path;
}
