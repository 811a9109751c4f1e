using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;

namespace EtcdAdmin.Clusters.Profiles;

/// <summary>Whether this machine can issue certificates for a cluster.</summary>
internal static class IssuingAuthority
{
    private const string KeepCopy = "Copies are in the profile on the machine that installed the cluster and in the backups of that machine.";

    /// <summary>Throws if certificate or key of the clients' authority are missing, they do not match, or the authority has expired.</summary>
    /// <param name="pki">The files of the profile.</param>
    /// <param name="cluster">The name of the cluster.</param>
    /// <param name="what">What it must do, as an infinitive.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The authority's certificate.</returns>
    /// <exception cref="EtcdException">CertificateInvalid.</exception>
    public static Task<CertificateInfo> RequireAsync(
        ProfilePki pki, string cluster, string what, TimeProvider clock, CancellationToken cancellationToken) =>
        RequireAsync(pki.Authority, $"certificate authority of cluster '{cluster}'", cluster, what, clock, cancellationToken);

    /// <summary>The same for all authorities that issue certificates of members.</summary>
    /// <returns>The authorities' certificates: that of clients first.</returns>
    public static async Task<IReadOnlyList<CertificateInfo>> RequireAllAsync(
        ProfilePki pki, string cluster, ClusterSpec spec, string what, TimeProvider clock, CancellationToken cancellationToken)
    {
        CertificateInfo clients = await RequireAsync(pki, cluster, what, clock, cancellationToken).ConfigureAwait(false);
        return spec.SeparatePeerAuthority
            ? [clients, await RequirePeersAsync(pki, cluster, what, clock, cancellationToken).ConfigureAwait(false)]
            : [clients];
    }

    /// <summary>The same for a separate authority of peers.</summary>
    public static Task<CertificateInfo> RequirePeersAsync(
        ProfilePki pki, string cluster, string what, TimeProvider clock, CancellationToken cancellationToken) =>
        RequireAsync(pki.PeerAuthority, $"certificate authority for peers of cluster '{cluster}'", cluster, what, clock, cancellationToken);

    private static async Task<CertificateInfo> RequireAsync(
        AuthorityFiles files, string name, string cluster, string what, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            using CertificateAuthority authority = await files.ReadAsync(cancellationToken).ConfigureAwait(false);
            CertificateCheck.IsValidNow(authority.Certificate, files.File, clock);
            return authority.Certificate;
        }
        catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.CertificateInvalid)
        {
            throw new EtcdException(e.ErrorId,
                $"The {name} ({files.File}, {files.KeyFile}) cannot {what}, so nothing was changed: {e.Message}", e)
            {
                Target = files.KeyFile,
                NextStep = $"If somebody else keeps the key, have certificates signed there (New-EtcdCertificate {cluster} -RequestOnly). Otherwise "
                    + $"put the authority's certificate and key back there, readable only by you, and run the same command again. {KeepCopy} "
                    + $"If the key is lost, Update-EtcdCertificateAuthority {cluster} replaces the authority.",
            };
        }
    }
}
