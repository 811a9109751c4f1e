using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Security;

namespace EtcdAdmin.Deployment.Install;

/// <summary>The certificate authority that an operator gives for a cluster, with its key or with certificates that it signed elsewhere.</summary>
/// <param name="context">The environment.</param>
/// <param name="request">The request.</param>
internal sealed class OwnAuthority(AdminContext context, InstallRequest request)
{
    /// <summary>Refuses an authority that the cluster cannot use, and reads the certificates that it signed elsewhere, before anything is changed.
    /// </summary>
    /// <param name="existing">The cluster as it is; null for a new one.</param>
    /// <param name="wanted">The cluster as it will be.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>Null unless there are certificates that were signed elsewhere.</returns>
    /// <exception cref="EtcdException">SpecInvalid: the cluster has no TLS, or another authority. CertificateInvalid: it is not valid now, or a
    /// certificate cannot be used.</exception>
    /// <exception cref="AggregateException">Several certificates cannot be used.</exception>
    public async Task<SignedPki?> ReadAsync(EtcdCluster? existing, ClusterSpec wanted, CancellationToken cancellationToken)
    {
        if (request is { Authority: null, SignedElsewhere: null }) return null;
        if (!wanted.Tls)
        {
            throw new EtcdException(EtcdErrorIds.SpecInvalid, $"Cluster '{request.Name}' has no TLS, so it cannot use a certificate authority.")
            {
                Target = request.Name,
                NextStep = "Leave out -NoTls or the authority.",
            };
        }

        request.Authority?.RequireValid("the certificate authority");
        SignedPki? signed = request.SignedElsewhere is not { } given ? null : await new SignedCertificates(given.Folder, context.Clock).ReadAsync(
            given.AuthorityFile, wanted.Members, MemberPlace.Of(wanted, wanted.Members),
            existing is null ? ClientIdentity.FirstUser : ClientIdentity.UserOf(existing), cancellationToken).ConfigureAwait(false);
        var pki = new ProfilePki(context.Profiles.Folder(request.Name));
        if (!File.Exists(pki.CaFile)) return signed;
        (CertificateInfo own, CertificateInfo present) = request.Authority is { } issuing && pki.HasAuthority
            ? (issuing.Certificate, await IssuingAsync(pki, cancellationToken).ConfigureAwait(false))
            // Only the root is known of an authority whose key is elsewhere.
            : (signed?.Authority ?? request.Authority!.Path[^1],
                await CertificateInfo.ReadAsync(pki.CaFile, cancellationToken).ConfigureAwait(false));
        if (present.Thumbprint == own.Thumbprint) return signed;
        throw new EtcdException(EtcdErrorIds.SpecInvalid,
            $"Cluster '{request.Name}' has another certificate authority: '{present.Subject}'. Nothing was changed.")
        {
            Target = request.Name,
            NextStep = $"Replace it with Update-EtcdCertificateAuthority {request.Name}, or leave out the authority.",
        };
    }

    private static async Task<CertificateInfo> IssuingAsync(ProfilePki pki, CancellationToken cancellationToken)
    {
        using CertificateAuthority authority = await pki.ReadAuthorityAsync(cancellationToken).ConfigureAwait(false);
        return authority.Certificate;
    }
}
