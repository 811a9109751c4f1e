using EtcdAdmin.Clusters;

namespace EtcdAdmin.Deployment.Authority;

/// <summary>The certificate authority of a cluster.</summary>
public sealed record EtcdAuthority
{
    /// <summary>The cluster.</summary>
    public required EtcdCluster Cluster { get; init; }

    /// <summary>The subject of its certificate.</summary>
    public required string Subject { get; init; }

    /// <summary>The SHA-256 of its certificate, lower-case hexadecimal.</summary>
    public required string Thumbprint { get; init; }

    /// <summary>When it expires.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>The file on this machine with its certificate, which clients need to verify the members.</summary>
    public required string CaFile { get; init; }

    /// <summary>The separate authority of peers; null if they have none.</summary>
    public EtcdAuthority? PeerAuthority { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Subject;
}
