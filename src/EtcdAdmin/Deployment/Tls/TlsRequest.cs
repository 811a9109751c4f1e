using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Security;

namespace EtcdAdmin.Deployment.Tls;

/// <summary>The request to turn TLS of a cluster on or off.</summary>
public sealed record TlsRequest
{
    /// <summary>How the members use TLS afterwards.</summary>
    public TlsStage Stage { get; init; } = TlsStage.Required;

    /// <summary>An authority of the operator's own; null creates one.</summary>
    public CertificateAuthority? Authority { get; init; }

    /// <summary>The algorithm of new keys.</summary>
    public KeyAlgorithm KeyAlgorithm { get; init; } = KeyAlgorithm.EcdsaP256;

    /// <summary>How long the members may take to serve after each restart.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);
}
