using EtcdAdmin.Client.Options;

namespace EtcdAdmin.Clusters;

/// <summary>The TLS settings of a cluster's client.</summary>
/// <param name="CaPem">The trusted authorities; null means the system's.</param>
/// <param name="CertificatePem">The client certificate; null if the cluster requires none.</param>
public sealed record ClusterTls(string? CaPem, string? CertificatePem)
{
    /// <summary>The private key of the certificate. Not public, because PowerShell prints all public properties.</summary>
    internal string? KeyPem { get; init; }

    /// <summary>The trusted authorities of the members' certificates for each other, if they are others than <see cref="CaPem"/>; null if not, or if
    /// this machine does not know them.</summary>
    public string? PeerCaPem { get; init; }

    /// <summary>The origin of the certificates and key, for messages.</summary>
    internal EtcdTlsSources Sources { get; init; } = new();

    /// <inheritdoc/>
    public override string ToString() => CertificatePem is null ? "own authority" : "own authority, client certificate";
}
