using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;
using EtcdAdmin.Text;

namespace EtcdAdmin.Clusters.Connecting;

/// <summary>Makes credential packages: everything a client of a cluster needs, in one file.</summary>
/// <param name="context">The environment.</param>
public sealed class CredentialExporter(AdminContext context)
{
    /// <summary>Issues a new client certificate and writes the package.</summary>
    /// <param name="cluster">A TLS cluster that EtcdAdmin installed, because its authority is needed.</param>
    /// <param name="destination">A folder, or the file to write; default name <c>etcd_credentials.tar.gz</c>.</param>
    /// <param name="userName">The certificate's common name, which is the etcd user if authentication is on; null generates one.</param>
    /// <param name="overwrite">Replaces an existing file.</param>
    /// <param name="cancellationToken">Cancels the call; no file is left.</param>
    /// <exception cref="EtcdException">ClusterNotManaged, TlsNotEnabled, CertificateInvalid: its authority is damaged. FileExists, DiskFull,
    /// FileWriteFailed.</exception>
    public async Task<CredentialPackageInfo> ExportAsync(
        EtcdCluster cluster, string destination, string? userName, bool overwrite, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentException.ThrowIfNullOrEmpty(destination);
        CredentialPackage package = await IssueAsync(cluster, userName, cancellationToken).ConfigureAwait(false);
        return await package.WriteAsync(cluster.Name, destination, overwrite, context.Clock, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Issues a new client certificate; nothing is written.</summary>
    /// <param name="cluster">A TLS cluster that EtcdAdmin installed.</param>
    /// <param name="userName">The certificate's common name; null generates one.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="EtcdException">ClusterNotManaged, TlsNotEnabled, CertificateInvalid: its authority is damaged.</exception>
    internal async Task<CredentialPackage> IssueAsync(EtcdCluster cluster, string? userName, CancellationToken cancellationToken)
    {
        if (!cluster.RequireSpec().Tls) throw NoTls(cluster);
        var pki = new ProfilePki(context.Profiles.Folder(cluster.Name));
        using CertificateAuthority authority = await pki.ReadAuthorityAsync(cancellationToken).ConfigureAwait(false);
        IssuedCertificate client = authority.Issue(CertificateSpec.Client(userName));
        return new CredentialPackage
        {
            Endpoints = cluster.Endpoints,
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
