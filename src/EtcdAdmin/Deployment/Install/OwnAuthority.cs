using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Security;

namespace EtcdAdmin.Deployment.Install;

/// <summary>The certificate authorities that an operator gives for a cluster, with their keys or with certificates that one signed elsewhere.
/// </summary>
/// <param name="context">The environment.</param>
/// <param name="request">The request.</param>
internal sealed class OwnAuthority(AdminContext context, InstallRequest request)
{
    /// <summary>Refuses authorities that the cluster cannot use, and reads the certificates that one signed elsewhere, before anything is changed.
    /// </summary>
    /// <param name="existing">The cluster as it is; null for a new one.</param>
    /// <param name="wanted">The cluster as it will be.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>Null unless there are certificates that were signed elsewhere.</returns>
    /// <exception cref="EtcdException">SpecInvalid: the cluster has no TLS, or other authorities. CertificateInvalid: one is not valid now, or a
    /// certificate cannot be used.</exception>
    /// <exception cref="AggregateException">Several certificates cannot be used.</exception>
    public async Task<SignedPki?> ReadAsync(EtcdCluster? existing, ClusterSpec wanted, CancellationToken cancellationToken)
    {
        if (!wanted.Tls && request.WantsPeerAuthority == true)
            throw HasNoTls("a separate certificate authority for peers", "-SeparatePeerAuthority");
        if (!wanted.Tls && (request.Authority is not null || request.SignedElsewhere is not null))
            throw HasNoTls("a certificate authority", "the authority");
        if (wanted.SeparatePeerAuthority && request.SignedElsewhere is not null)
        {
            throw Separation.IsSignedElsewhere(
                request.Name, "Leave out -SeparatePeerAuthority, or supply the keys of the authorities instead of -CertificatePath.");
        }

        new GivenAuthorities(request.Authority, request.PeerAuthority).Require(request.Name);
        SignedPki? signed = request.SignedElsewhere is not { } given ? null : await new SignedCertificates(given.Folder, context.Clock).ReadAsync(
            given.AuthorityFile, wanted.Members, MemberPlace.Of(wanted, wanted.Members),
            existing is null ? ClientIdentity.FirstUser : ClientIdentity.UserOf(existing), cancellationToken).ConfigureAwait(false);
        var pki = new ProfilePki(context.Profiles.Folder(request.Name));
        await RequireSameAsync(pki.Authority, request.Authority, signed?.Authority, "another certificate authority", cancellationToken)
            .ConfigureAwait(false);
        await RequireSameAsync(pki.PeerAuthority, request.PeerAuthority, null, "another certificate authority for peers", cancellationToken)
            .ConfigureAwait(false);
        return signed;
    }

    private async Task RequireSameAsync(
        AuthorityFiles files, CertificateAuthority? issuing, CertificateInfo? root, string other, CancellationToken cancellationToken)
    {
        if ((issuing is null && root is null) || !File.Exists(files.File)) return;
        (CertificateInfo own, CertificateInfo present) = issuing is not null && files.Exist
            ? (issuing.Certificate, await IssuingAsync(files, cancellationToken).ConfigureAwait(false))
            // Only the root is known of an authority whose key is elsewhere.
            : (root ?? issuing!.Path[^1], await CertificateInfo.ReadAsync(files.File, cancellationToken).ConfigureAwait(false));
        if (present.Thumbprint == own.Thumbprint) return;
        throw new EtcdException(EtcdErrorIds.SpecInvalid, $"Cluster '{request.Name}' has {other}: '{present.Subject}'. Nothing was changed.")
        {
            Target = request.Name,
            NextStep = $"Replace it with Update-EtcdCertificateAuthority {request.Name}, or leave out the authority.",
        };
    }

    private static async Task<CertificateInfo> IssuingAsync(AuthorityFiles files, CancellationToken cancellationToken)
    {
        using CertificateAuthority authority = await files.ReadAsync(cancellationToken).ConfigureAwait(false);
        return authority.Certificate;
    }

    private EtcdException HasNoTls(string what, string argument) => new(
        EtcdErrorIds.SpecInvalid, $"Cluster '{request.Name}' has no TLS, so it cannot use {what}.")
    {
        Target = request.Name,
        NextStep = $"Leave out -NoTls or {argument}.",
    };
}
