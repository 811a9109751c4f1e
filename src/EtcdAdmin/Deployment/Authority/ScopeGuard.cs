using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Security;

namespace EtcdAdmin.Deployment.Authority;

/// <summary>Which authorities a request replaces, and whether it fits the cluster.</summary>
internal static class ScopeGuard
{
    /// <summary>What the authorities that are replaced are for; that of clients first.</summary>
    public static IReadOnlyList<AuthorityScope> Of(ClusterSpec spec, AuthorityRequest request) => request.SeparatesPeers
        ? [AuthorityScope.OfPeers]
        : [.. AuthorityScope.Of(spec).Where(scope => request.Use switch
        {
            AuthorityUse.Client => scope.Clients,
            AuthorityUse.Peer => scope.Peers,
            _ => true,
        })];

    /// <summary>Refuses a request that contradicts itself or the cluster.</summary>
    /// <exception cref="EtcdException">InvalidArgument: it does not fit. NotSupported: certificates of two authorities that were signed elsewhere.
    /// CertificateInvalid: an authority is not valid now, or another one is being replaced. SpecInvalid: both have the same root.</exception>
    public static void Require(EtcdCluster cluster, AuthorityRequest request, ProfilePki pki)
    {
        ClusterSpec spec = cluster.RequireSpec();
        if (request is { SeparatesPeers: true, Emergency: true })
            throw Refuse(cluster, "An authority of their own is given to peers while the cluster serves, but an emergency stops all members.",
                "Leave out -Emergency or -SeparatePeerAuthority. Replace a compromised authority first.");
        if (request is { SeparatesPeers: true, Use: AuthorityUse.Client })
            throw Refuse(cluster, "-SeparatePeerAuthority makes an authority for peers.", "Leave out -Scope.");
        if (!spec.SeparatePeerAuthority && !request.SeparatesPeers && (request.Use != AuthorityUse.All || request.PeerAuthority is not null))
            throw Refuse(cluster, $"Cluster '{cluster.Name}' has one authority for clients and peers.",
                $"Leave out -Scope and -PeerCertificateAuthority. {Separation.Later(cluster.Name)}");
        if ((spec.SeparatePeerAuthority || request.SeparatesPeers) && request.SignedElsewhere is not null)
            throw Separation.IsSignedElsewhere(
                cluster.Name, "Supply the key of each authority (-CertificateAuthorityKey), or let EtcdAdmin create them.");
        IReadOnlyList<AuthorityScope> scopes = Of(spec, request);
        if (request.Authority is not null && !scopes.Any(scope => scope.Clients))
            throw Refuse(cluster, "-CertificateAuthority is the authority of clients, but only that of peers is to be replaced.",
                "Use -PeerCertificateAuthority.");
        if (request.PeerAuthority is not null && !scopes.Any(scope => scope.Peers))
            throw Refuse(cluster, "-PeerCertificateAuthority is the authority of peers, but only that of clients is to be replaced.",
                "Use -CertificateAuthority.");
        new GivenAuthorities(request.Authority, request.PeerAuthority).Require(cluster.Name);
        RequireOtherRoot(cluster, request.Authority, cluster.Tls?.PeerCaPem, scopes.Any(scope => scope.Peers));
        RequireOtherRoot(cluster, request.PeerAuthority, cluster.Tls?.CaPem, scopes.Any(scope => scope.Clients));
        if (!spec.SeparatePeerAuthority && !request.SeparatesPeers && pki.NextPeer.HasCertificate)
            throw IsBegun(cluster, AuthorityScope.OfPeers, "-SeparatePeerAuthority");
        if (AuthorityScope.Of(spec).FirstOrDefault(scope => scope.NextIn(pki).HasCertificate && !scopes.Contains(scope)) is { } begun)
            throw IsBegun(cluster, begun, begun == AuthorityScope.Everyone ? "" : begun.Clients ? "-Scope Client" : "-Scope Peer");
    }

    private static EtcdException IsBegun(EtcdCluster cluster, AuthorityScope scope, string how) => new(EtcdErrorIds.CertificateInvalid,
        $"The authority{scope.Use} of cluster '{cluster.Name}' is being replaced. Nothing was changed.")
    {
        Target = cluster.Name,
        NextStep = $"Complete that first: {$"Update-EtcdCertificateAuthority {cluster.Name} {how}".TrimEnd()}.",
    };

    // The other one is kept, so both would be trusted for the same root.
    private static void RequireOtherRoot(EtcdCluster cluster, CertificateAuthority? own, string? other, bool replacesOther)
    {
        if (own is null || other is null || replacesOther || !CertificateBundle.Has(other, own.CertificatePem)) return;
        throw Refuse(cluster,
            $"The certificate authority '{own.Certificate.Subject}' leads to the same root as the other authority of cluster '{cluster.Name}', so "
                + "members would accept certificates of clients and of peers at all ports.", "Supply an authority with another root.");
    }

    private static EtcdException Refuse(EtcdCluster cluster, string message, string nextStep) =>
        new(EtcdErrorIds.InvalidArgument, message + " Nothing was changed.") { Target = cluster.Name, NextStep = nextStep };
}
