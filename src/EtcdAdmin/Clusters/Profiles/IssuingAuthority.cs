using EtcdAdmin.Errors;
using EtcdAdmin.Security;

namespace EtcdAdmin.Clusters.Profiles;

/// <summary>Whether this machine can issue certificates for a cluster.</summary>
internal static class IssuingAuthority
{
    private const string KeepCopy = "Copies are in the profile on the machine that installed the cluster and in the backups of that machine.";

    /// <summary>Throws if the authority's certificate or key is missing, they do not match, or the authority has expired.</summary>
    /// <param name="pki">The files of the profile.</param>
    /// <param name="cluster">The name of the cluster.</param>
    /// <param name="what">What it must do, as an infinitive.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The authority's certificate.</returns>
    /// <exception cref="EtcdException">CertificateInvalid.</exception>
    public static async Task<CertificateInfo> RequireAsync(
        ProfilePki pki, string cluster, string what, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            using CertificateAuthority authority = await pki.ReadAuthorityAsync(cancellationToken).ConfigureAwait(false);
            CertificateCheck.IsValidNow(authority.Certificate, pki.CaFile, clock);
            return authority.Certificate;
        }
        catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.CertificateInvalid)
        {
            throw new EtcdException(e.ErrorId,
                $"The certificate authority of cluster '{cluster}' ({pki.CaFile}, {pki.CaKeyFile}) "
                    + $"cannot {what}, so nothing was changed: {e.Message}", e)
            {
                Target = pki.CaKeyFile,
                NextStep = $"If somebody else keeps the key, have certificates signed there (New-EtcdCertificate {cluster} -RequestOnly). Otherwise "
                    + $"put the authority's certificate and key back there, readable only by you, and run the same command again. {KeepCopy} "
                    + $"If the key is lost, Update-EtcdCertificateAuthority {cluster} replaces the authority.",
            };
        }
    }
}
