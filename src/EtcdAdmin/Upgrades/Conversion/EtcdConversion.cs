using EtcdAdmin.Clusters;

namespace EtcdAdmin.Upgrades.Conversion;

/// <summary>A converted member.</summary>
public sealed record EtcdConversion
{
    /// <summary>Its cluster.</summary>
    public required EtcdCluster Cluster { get; init; }

    /// <summary>Its name.</summary>
    public required string Member { get; init; }

    /// <summary>Its host.</summary>
    public required string HostName { get; init; }

    /// <summary>What installed it before.</summary>
    public required string From { get; init; }

    /// <summary>The release that it runs now: the same as before, but after etcd 2.3 etcd 3.0.</summary>
    public EtcdVersion? Version { get; init; }

    /// <summary>The folder with its data now.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The archive on the host with configuration, certificates and data from before; null if an interrupted run made it.</summary>
    public string? Archive { get; init; }

    /// <summary>The SHA-256 of the archive.</summary>
    public string? ArchiveSha256 { get; init; }

    /// <summary>The size of the archive.</summary>
    public long? ArchiveBytes { get; init; }

    /// <summary>How long the member was down; null if an interrupted run stopped it.</summary>
    public TimeSpan? Downtime { get; init; }

    /// <summary>What became of the old installation, file by file.</summary>
    public IReadOnlyList<EtcdOldFile> OldFiles { get; init; } = [];
}

/// <summary>A file of the old installation.</summary>
/// <param name="Path">Its path, or the package's name.</param>
/// <param name="Removed">Whether it was removed.</param>
/// <param name="Reason">Why it was kept; null if it was removed.</param>
public sealed record EtcdOldFile(string Path, bool Removed, string? Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Path}: {(Removed ? "removed" : $"kept, {Reason}")}";
}
