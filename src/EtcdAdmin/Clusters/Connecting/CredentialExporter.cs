using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;
using EtcdAdmin.Text;

namespace EtcdAdmin.Clusters.Connecting;

/// <summary>Makes credential packages: everything a client of a cluster needs, in one file.</summary>
/// <param name="context">The environment.</param>
public sealed class CredentialExporter(AdminContext context)
{
    /// <summary>Issues a new client certificate and writes it to a file, with all that a client needs.</summary>
    /// <param name="cluster">A TLS cluster that EtcdAdmin installed, because its authority is needed.</param>
    /// <param name="destination">A folder, or the file to write; default name <c>etcd_credentials.tar.gz</c>, <c>.p12</c> or <c>.yaml</c>.</param>
    /// <param name="request">The certificate, and the kind of file.</param>
    /// <param name="cancellationToken">Cancels the call; no file is left.</param>
    /// <exception cref="ArgumentException">The user name cannot be a common name.</exception>
    /// <exception cref="EtcdException">SpecInvalid, ClusterNotManaged, TlsNotEnabled. CertificateInvalid: the authority is damaged, or expires before
    /// the certificate would. FileExists, DiskFull, FileWriteFailed.</exception>
    public async Task<CredentialPackageInfo> ExportAsync(
        EtcdCluster cluster, string destination, CredentialRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentException.ThrowIfNullOrEmpty(destination);
        ArgumentNullException.ThrowIfNull(request);
        request.Check();
        CredentialPackage package = await IssueAsync(cluster, request, cancellationToken).ConfigureAwait(false);
        Task<CredentialPackageInfo> writing = request.Format switch
        {
            CredentialFormat.Pkcs12 => package.WritePkcs12Async(
                destination, request.Password!, request.Encryption, request.Overwrite, context.Clock, cancellationToken), // checked
            CredentialFormat.KubernetesSecret => package.WriteSecretAsync(
                destination, request.Secret, request.Overwrite, context.Clock, cancellationToken),
            _ => package.WriteAsync(cluster.Name, destination, request.Overwrite, context.Clock, cancellationToken),
        };
        return await writing.ConfigureAwait(false);
    }

    /// <summary>Issues a new client certificate; nothing is written.</summary>
    /// <param name="cluster">A TLS cluster that EtcdAdmin installed.</param>
    /// <param name="request">The certificate.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ArgumentException">The user name cannot be a common name.</exception>
    /// <exception cref="EtcdException">ClusterNotManaged, TlsNotEnabled. CertificateInvalid: the authority is damaged, or expires before the
    /// certificate would.</exception>
    internal async Task<CredentialPackage> IssueAsync(EtcdCluster cluster, CredentialRequest request, CancellationToken cancellationToken)
    {
        ClusterSpec spec = cluster.RequireSpec();
        if (!spec.HasCertificates) throw NoTls(cluster);
        var pki = new ProfilePki(context.Profiles.Folder(cluster.Name));
        await IssuingAuthority.RequireAsync(pki, cluster.Name, "issue a client certificate", context.Clock, cancellationToken).ConfigureAwait(false);
        using CertificateAuthority authority = await pki.ReadAuthorityAsync(cancellationToken).ConfigureAwait(false);
        IssuedCertificate client = authority.Issue(CertificateSpec.Client(request.UserName) with
        {
            KeyAlgorithm = request.KeyAlgorithm,
            Validity = request.Validity ?? CertificateSpec.DefaultValidity,
            RequiresFullValidity = request.Validity is not null,
        });
        await pki.NoteIssuedAsync(client, cancellationToken).ConfigureAwait(false);
        return new CredentialPackage
        {
            // Clients get their credentials before the members require TLS.
            Endpoints = spec.TlsStage == TlsStage.Prepared
                ? [.. spec.Members.Select(member => member.ClientUrl(true))]
                : cluster.Endpoints,
            AuthorityPem = authority.CertificatePem,
            CertificatePem = client.CertificatePem,
            KeyPem = client.KeyPem,
        };
    }

    private static EtcdException NoTls(EtcdCluster cluster) => new(
        EtcdErrorIds.TlsNotEnabled,
        $"Cluster '{cluster.Name}' does not use TLS, so there are no credentials to package: clients need only its endpoints.")
    {
        Target = cluster.Name,
        NextStep = $"Connect without a package: Connect-EtcdCluster {string.Join(", ", cluster.Endpoints.Select(EndpointUrl.Show))}",
    };
}
