namespace EtcdAdmin.Monitoring.Export;

/// <summary>A file that was written for a monitoring system.</summary>
public sealed record EtcdMonitoringFile
{
    /// <summary>What the file is for.</summary>
    public required MonitoringFileKind Kind { get; init; }

    /// <summary>The full path.</summary>
    public required string Path { get; init; }

    /// <summary>The name of the cluster; null for files that serve all clusters.</summary>
    public string? ClusterName { get; init; }

    /// <summary>What to do with it.</summary>
    public required string NextStep { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Path;
}
