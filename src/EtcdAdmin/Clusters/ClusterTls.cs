using EtcdAdmin.Client.Options;

namespace EtcdAdmin.Clusters;

/// <summary>What a client of a TLS cluster trusts and shows.</summary>
/// <param name="CaPem">The authorities whose certificates are believed; null is the system's.</param>
/// <param name="CertificatePem">The client's own certificate; null where the cluster asks for none.</param>
public sealed record ClusterTls(string? CaPem, string? CertificatePem)
{
    /// <summary>The private key of the certificate. Not public: objects are printed whole by whoever looks at them.</summary>
    internal string? KeyPem { get; init; }

    /// <summary>Where it comes from, for messages.</summary>
    internal EtcdTlsSources Sources { get; init; } = new();

    /// <inheritdoc/>
    public override string ToString() => CertificatePem is null ? "own authority" : "own authority, client certificate";
}
