using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Security;

namespace EtcdAdmin.Deployment.Install;

/// <summary>Checks a certificate authority that an operator gives for a cluster.</summary>
internal static class OwnAuthority
{
    /// <summary>Refuses an authority that the cluster cannot use, before anything is changed.</summary>
    /// <exception cref="EtcdException">SpecInvalid: the cluster has no TLS, or another authority. CertificateInvalid: it is not valid now.
    /// </exception>
    public static async Task RequireAsync(
        AdminContext context, InstallRequest request, ClusterSpec wanted, CancellationToken cancellationToken)
    {
        if (request.Authority is not { } own) return;
        if (!wanted.Tls)
        {
            throw new EtcdException(EtcdErrorIds.SpecInvalid, $"Cluster '{request.Name}' has no TLS, so it cannot use a certificate authority.")
            {
                Target = request.Name,
                NextStep = "Leave out -NoTls or the authority.",
            };
        }

        own.RequireValid("the certificate authority");
        var pki = new ProfilePki(context.Profiles.Folder(request.Name));
        if (!pki.HasAuthority) return;
        using CertificateAuthority present = await pki.ReadAuthorityAsync(cancellationToken).ConfigureAwait(false);
        if (present.Certificate.Thumbprint == own.Certificate.Thumbprint) return;
        throw new EtcdException(EtcdErrorIds.SpecInvalid,
            $"Cluster '{request.Name}' has another certificate authority: '{present.Certificate.Subject}'. Nothing was changed.")
        {
            Target = request.Name,
            NextStep = $"Replace it with Update-EtcdCertificateAuthority {request.Name}, or leave out the authority.",
        };
    }
}
