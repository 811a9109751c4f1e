using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Security;

namespace EtcdAdmin.Clusters.Profiles;

/// <summary>What an authority of a cluster is for: connections of clients, connections of peers, or both.</summary>
internal sealed record AuthorityScope
{
    private AuthorityScope(bool clients, bool peers)
    {
        Clients = clients;
        Peers = peers;
    }

    /// <summary>The one authority of a cluster.</summary>
    public static AuthorityScope Everyone { get; } = new(clients: true, peers: true);

    /// <summary>The authority of clients, where peers have a separate one. It also issues the certificates that members show to clients.</summary>
    public static AuthorityScope OfClients { get; } = new(clients: true, peers: false);

    /// <summary>The separate authority of peers.</summary>
    public static AuthorityScope OfPeers { get; } = new(clients: false, peers: true);

    /// <summary>Whether client ports, server certificates and the operator's certificate are concerned.</summary>
    public bool Clients { get; }

    /// <summary>Whether peer ports and peer certificates are concerned.</summary>
    public bool Peers { get; }

    /// <summary>The words behind "authority": empty for the one authority, or " for clients", " for peers".</summary>
    public string Use => Clients && Peers ? "" : Clients ? " for clients" : " for peers";

    /// <summary>The authorities of a cluster.</summary>
    public static IReadOnlyList<AuthorityScope> Of(ClusterSpec spec) => spec.SeparatePeerAuthority ? [OfClients, OfPeers] : [Everyone];

    /// <summary>The authority in a profile.</summary>
    public AuthorityFiles FilesIn(ProfilePki pki) => Clients ? pki.Authority : pki.PeerAuthority;

    /// <summary>The authority that replaces it, in a profile.</summary>
    public AuthorityFiles NextIn(ProfilePki pki) => Clients ? pki.Next : pki.NextPeer;

    /// <summary>The file on the host of a member with the authorities that it trusts.</summary>
    public string FileOf(MemberSpec member) => Clients ? member.Layout.CaFile : member.Layout.PeerCaFile;

    /// <summary>What a client trusts; null for the system's authorities.</summary>
    public string? TrustIn(ClusterTls tls) => Clients ? tls.CaPem : tls.PeerCaPem;

    /// <summary>With other trusted authorities.</summary>
    public ClusterTls WithTrust(ClusterTls tls, string? pem) => Clients ? tls with { CaPem = pem } : tls with { PeerCaPem = pem };

    /// <summary>The cluster for connections to the ports that are concerned: with the trust in its authority and a certificate.</summary>
    /// <param name="cluster">The cluster, with TLS.</param>
    /// <param name="client">The certificate.</param>
    public EtcdCluster Visit(EtcdCluster cluster, IssuedCertificate client) => cluster.WithTls(
        cluster.Tls! with { CaPem = TrustIn(cluster.Tls!), CertificatePem = client.CertificatePem, KeyPem = client.KeyPem });
}
