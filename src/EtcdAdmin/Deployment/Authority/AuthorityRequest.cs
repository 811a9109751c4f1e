using EtcdAdmin.Provisioning;
using EtcdAdmin.Security;

namespace EtcdAdmin.Deployment.Authority;

/// <summary>The request to replace the authority of a cluster.</summary>
public sealed record AuthorityRequest
{
    /// <summary>Replaces only the authority of others: a cluster whose authority this machine has keeps it.</summary>
    public bool KeepsOwn { get; init; }

    /// <summary>Which authorities are replaced.</summary>
    public AuthorityUse Use { get; init; }

    /// <summary>Gives peers of a cluster with one authority a new one of their own.</summary>
    public bool SeparatesPeers { get; init; }

    /// <summary>Replaces a compromised authority at once: all members stop and start together, and the former authority is trusted by none from
    /// then on. The cluster need not serve before.</summary>
    public bool Emergency { get; init; }

    /// <summary>The new authority allows authorities below it, as hosts need them that renew their own certificates.</summary>
    public bool AllowsIntermediate { get; init; }

    /// <summary>An authority of the operator's own; null creates one.</summary>
    public CertificateAuthority? Authority { get; init; }

    /// <summary>An authority of the operator's own for peers, where they have a separate one; null creates one.</summary>
    public CertificateAuthority? PeerAuthority { get; init; }

    /// <summary>An authority whose key is elsewhere, and the certificates that it signed; null for one that issues them here.</summary>
    public SignedRequest? SignedElsewhere { get; init; }

    /// <summary>The algorithm of new keys.</summary>
    public KeyAlgorithm KeyAlgorithm { get; init; } = KeyAlgorithm.EcdsaP256;

    /// <summary>How long the members may take to serve after each restart.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);
}
