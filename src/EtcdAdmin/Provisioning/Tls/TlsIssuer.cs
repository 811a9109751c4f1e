using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Survey;
using EtcdAdmin.Security;

namespace EtcdAdmin.Provisioning.Tls;

/// <summary>The authority and the certificates of a cluster that had no TLS.</summary>
/// <param name="context">The environment.</param>
/// <param name="cluster">The cluster's name.</param>
/// <param name="keys">The algorithm of new keys.</param>
/// <param name="own">An authority of the operator's own; null creates one.</param>
internal sealed class TlsIssuer(AdminContext context, string cluster, KeyAlgorithm keys, CertificateAuthority? own = null)
{
    private readonly ProfilePki _pki = new(context.Profiles.Folder(cluster));

    /// <summary>Names the authority of the operator in the text of the step that prepares it; empty if a new one is created.</summary>
    public string Introduction => own is null ? "" : $" with the certificate authority '{own.Certificate.Subject}'";

    /// <summary>Refuses an authority of the operator's own where the members already have certificates of another one.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public async Task RequireSameAsync(CancellationToken cancellationToken)
    {
        if (own is null || !_pki.HasAuthority) return;
        using CertificateAuthority present = await _pki.ReadAuthorityAsync(cancellationToken).ConfigureAwait(false);
        if (present.Certificate.Thumbprint == own.Certificate.Thumbprint) return;
        throw new EtcdException(EtcdErrorIds.SpecInvalid,
            $"Cluster '{cluster}' has another certificate authority: '{present.Certificate.Subject}'. Nothing was changed.")
        {
            Target = cluster,
            NextStep = "Leave out the authority. When all members use TLS, replace it with Update-EtcdCertificateAuthority.",
        };
    }

    /// <summary>Whether the authority of an earlier run is kept, and with it the list of certificates that it has revoked.</summary>
    public async Task<bool> KeepsAuthorityAsync(CancellationToken cancellationToken)
    {
        using CertificateAuthority? kept = await FindAsync(cancellationToken).ConfigureAwait(false);
        return kept is not null;
    }

    /// <summary>Makes authority and client certificate of the profile. The authority of an earlier run is kept, unless the operator gives
    /// one.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        using CertificateAuthority authority = await FindAsync(cancellationToken).ConfigureAwait(false)
            ?? own?.Copy() ?? CertificateAuthority.Create($"{cluster} CA", keys, clock: context.Clock);
        await _pki.WriteAuthorityAsync(authority, cancellationToken).ConfigureAwait(false);
        IssuedCertificate client = authority.Issue(CertificateSpec.Client(ClientIdentity.FirstUser) with { KeyAlgorithm = keys });
        var tls = new ClusterTls(authority.CertificatePem, client.CertificatePem) { KeyPem = client.KeyPem };
        await _pki.WriteClientAsync(tls, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Issues the certificates of a member.</summary>
    public async Task<MemberCertificates> IssueAsync(MemberSpec member, InstallState state, CancellationToken cancellationToken)
    {
        using CertificateAuthority authority = await _pki.ReadAuthorityAsync(cancellationToken).ConfigureAwait(false);
        return MemberCertificates.Issue(authority, member, state.CertificateAddresses(member), keys);
    }

    /// <summary>What a client needs to connect with TLS.</summary>
    public Task<ClusterTls> ReadClientAsync(CancellationToken cancellationToken) => _pki.ReadClientAsync(cancellationToken);

    private async Task<CertificateAuthority?> FindAsync(CancellationToken cancellationToken)
    {
        if (!_pki.HasAuthority) return null;
        try
        {
            CertificateAuthority present = await _pki.ReadAuthorityAsync(cancellationToken).ConfigureAwait(false);
            if (own is null || own.Certificate.Thumbprint == present.Certificate.Thumbprint)
            {
                present.RequireValid(_pki.CaFile);
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
}
