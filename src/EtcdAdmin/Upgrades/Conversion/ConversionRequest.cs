using EtcdAdmin.Packages.Sources;

namespace EtcdAdmin.Upgrades.Conversion;

/// <summary>The request to convert a member.</summary>
public sealed record ConversionRequest
{
    /// <summary>
    /// Where etcd comes from; null copies the host's own programs, so that the same release runs before and after. A cluster of etcd 2.3 gets etcd
    /// 3.0: null is the newest available 3.0.
    /// </summary>
    public PackageRequest? Package { get; init; }

    /// <summary>The folder on the host for the backup archive.</summary>
    public string BackupDirectory { get; init; } = "/var/backups/etcdadmin";

    /// <summary>Whether a cluster of two voters may be unavailable while its member is converted.</summary>
    public bool AllowsInterruption { get; init; }

    /// <summary>How long the converted member has to serve.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);
}
