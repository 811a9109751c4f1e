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

    /// <summary>Gives peers an authority of their own. A cluster that had one when TLS was turned off gets one in any case.</summary>
    public bool SeparatePeerAuthority { get; init; }

    /// <summary>An authority of the operator's own for peers, which implies <see cref="SeparatePeerAuthority"/>; null creates one.</summary>
    public CertificateAuthority? PeerAuthority { get; init; }

    /// <summary>Whether peers are to have an authority of their own.</summary>
    internal bool WantsPeerAuthority => SeparatePeerAuthority || PeerAuthority is not null;

    /// <summary>The algorithm of new keys.</summary>
    public KeyAlgorithm KeyAlgorithm { get; init; } = KeyAlgorithm.EcdsaP256;

    /// <summary>How long the members may take to serve after each restart.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);
}
