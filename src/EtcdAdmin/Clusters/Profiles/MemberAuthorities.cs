using EtcdAdmin.Security;

namespace EtcdAdmin.Clusters.Profiles;

/// <summary>The authorities that issue the certificates of members.</summary>
/// <param name="servers">The authority of clients, and of the certificates that members show them.</param>
/// <param name="peers">The authority of peers; null if it is the same.</param>
internal sealed class MemberAuthorities(CertificateAuthority servers, CertificateAuthority? peers = null) : IDisposable
{
    /// <summary>The authority of clients, and of the certificates that members show them.</summary>
    public CertificateAuthority Servers => servers;

    /// <summary>The authority of peers.</summary>
    public CertificateAuthority Peers => peers ?? servers;

    /// <summary>Whether they are two.</summary>
    public bool AreSeparate => peers is not null;

    /// <inheritdoc/>
    public void Dispose()
    {
        servers.Dispose();
        peers?.Dispose();
    }
}
