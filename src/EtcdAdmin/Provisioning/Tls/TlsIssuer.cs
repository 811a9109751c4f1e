using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Survey;
using EtcdAdmin.Security;

namespace EtcdAdmin.Provisioning.Tls;

/// <summary>The authorities and the certificates of a cluster that had no TLS.</summary>
/// <param name="context">The environment.</param>
/// <param name="cluster">The cluster's name.</param>
/// <param name="keys">The algorithm of new keys.</param>
/// <param name="own">Authorities of the operator's own.</param>
internal sealed class TlsIssuer(AdminContext context, string cluster, KeyAlgorithm keys, GivenAuthorities own)
{
    private readonly ProfilePki _pki = new(context.Profiles.Folder(cluster));

    /// <summary>Names the authorities of the operator in the text of the step that prepares them; empty if new ones are created.</summary>
    public string Introduction => (own.Clients, own.Peers) switch
    {
        (null, null) => "",
        ({ } one, null) => $" with the certificate authority {Quote(one)}",
        (null, { } peers) => $" with the certificate authority {Quote(peers)} for peers",
        ({ } one, { } peers) => $" with the certificate authorities {Quote(one)} and, for peers, {Quote(peers)}",
    };

    /// <summary>Refuses an authority of the operator's own where the members already have certificates of another one.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public async Task RequireSameAsync(CancellationToken cancellationToken)
    {
        await RequireSameAsync(_pki.Authority, own.Clients, cancellationToken).ConfigureAwait(false);
        await RequireSameAsync(_pki.PeerAuthority, own.Peers, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the authority of an earlier run is kept, and with it the list of certificates that it has revoked.</summary>
    public async Task<bool> KeepsAuthorityAsync(CancellationToken cancellationToken)
    {
        using CertificateAuthority? kept = await FindAsync(_pki.Authority, own.Clients, cancellationToken).ConfigureAwait(false);
        return kept is not null;
    }

    /// <summary>Makes authorities and client certificate of the profile. The authorities of an earlier run are kept, unless the operator gives
    /// one.</summary>
    public async Task PrepareAsync(ClusterSpec spec, CancellationToken cancellationToken)
    {
        using CertificateAuthority authority = await PrepareAsync(_pki.Authority, own.Clients, AuthorityName.Of(cluster), cancellationToken)
            .ConfigureAwait(false);
        using CertificateAuthority? peers = spec.SeparatePeerAuthority
            ? await PrepareAsync(_pki.PeerAuthority, own.Peers, AuthorityName.OfPeers(cluster), cancellationToken).ConfigureAwait(false)
            : null;
        IssuedCertificate client = authority.Issue(CertificateSpec.Client(ClientIdentity.FirstUser) with { KeyAlgorithm = keys });
        var tls = new ClusterTls(authority.CertificatePem, client.CertificatePem) { KeyPem = client.KeyPem };
        await _pki.WriteClientAsync(tls, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Issues the certificates of a member.</summary>
    public async Task<MemberCertificates> IssueAsync(
        ClusterSpec spec, MemberSpec member, InstallState state, CancellationToken cancellationToken)
    {
        using MemberAuthorities authorities = await _pki.ReadAuthoritiesAsync(spec, cancellationToken).ConfigureAwait(false);
        return MemberCertificates.Issue(authorities, member, state.CertificateAddresses(member), keys);
    }

    /// <summary>What a client needs to connect with TLS.</summary>
    public Task<ClusterTls> ReadClientAsync(ClusterSpec spec, CancellationToken cancellationToken) => _pki.ReadClientAsync(spec, cancellationToken);

    private async Task<CertificateAuthority> PrepareAsync(
        AuthorityFiles files, CertificateAuthority? given, string name, CancellationToken cancellationToken)
    {
        CertificateAuthority authority = await FindAsync(files, given, cancellationToken).ConfigureAwait(false)
            ?? given?.Copy() ?? CertificateAuthority.Create(name, keys, clock: context.Clock);
        await files.WriteAsync(authority, cancellationToken).ConfigureAwait(false);
        return authority;
    }

    private static async Task<CertificateAuthority?> FindAsync(
        AuthorityFiles files, CertificateAuthority? given, CancellationToken cancellationToken)
    {
        if (!files.Exist) return null;
        try
        {
            CertificateAuthority present = await files.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (given is null || given.Certificate.Thumbprint == present.Certificate.Thumbprint)
            {
                present.RequireValid(files.File);
                return present;
            }

            present.Dispose();
            return null;
        }
        catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.CertificateInvalid)
        {
            return null; // expired since TLS was turned off
        }
    }

    private async Task RequireSameAsync(AuthorityFiles files, CertificateAuthority? given, CancellationToken cancellationToken)
    {
        if (given is null || !files.Exist) return;
        using CertificateAuthority present = await files.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (present.Certificate.Thumbprint == given.Certificate.Thumbprint) return;
        throw new EtcdException(EtcdErrorIds.SpecInvalid,
            $"Cluster '{cluster}' has another certificate authority: '{present.Certificate.Subject}'. Nothing was changed.")
        {
            Target = cluster,
            NextStep = "Leave out the authority. When all members use TLS, replace it with Update-EtcdCertificateAuthority.",
        };
    }

    private static string Quote(CertificateAuthority authority) => $"'{authority.Certificate.Subject}'";
}
