using EtcdAdmin.Clusters;

namespace EtcdAdmin.Monitoring.TextFiles;

/// <summary>A file with the health of a cluster as metrics.</summary>
public sealed record EtcdHealthFile
{
    /// <summary>The cluster.</summary>
    public required EtcdCluster Cluster { get; init; }

    /// <summary>The full path.</summary>
    public required string Path { get; init; }

    /// <summary>The health in one line: <c>Healthy with 3 known peers</c>.</summary>
    public required string Summary { get; init; }

    /// <summary>When the newest known snapshot was taken; null if that is not known.</summary>
    public DateTimeOffset? LastSnapshot { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Path;
}
