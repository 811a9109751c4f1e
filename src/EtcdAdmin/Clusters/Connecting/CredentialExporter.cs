using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;
using EtcdAdmin.Text;

namespace EtcdAdmin.Clusters.Connecting;

/// <summary>Makes credential packages: all that a client of a cluster needs, in one file.</summary>
/// <param name="context">The surroundings.</param>
public sealed class CredentialExporter(AdminContext context)
{
    /// <summary>Issues a client certificate of its own and writes the package.</summary>
    /// <param name="cluster">A TLS cluster that was installed from here, because its authority is needed.</param>
    /// <param name="destination">A folder, or the file to write; default name <c>etcd_credentials.tar.gz</c>.</param>
    /// <param name="userName">The certificate's common name, the etcd user where authentication is on; null makes one up.</param>
    /// <param name="overwrite">Replaces an existing file.</param>
    /// <param name="cancellationToken">Gives up; nothing is left then.</param>
    /// <exception cref="EtcdException">ClusterNotManaged, TlsNotEnabled, CertificateInvalid: its authority is damaged. FileExists, DiskFull, FileWriteFailed.</exception>
    public async Task<CredentialPackageInfo> ExportAsync(
        EtcdCluster cluster, string destination, string? userName, bool overwrite, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentException.ThrowIfNullOrEmpty(destination);
        if (!cluster.RequireSpec().Tls) throw NoTls(cluster);
        var pki = new ProfilePki(context.Profiles.Folder(cluster.Name));
        using CertificateAuthority authority = await pki.ReadAuthorityAsync(cancellationToken).ConfigureAwait(false);
        IssuedCertificate client = authority.Issue(CertificateSpec.Client(userName));
        var package = new CredentialPackage
        {
            Endpoints = cluster.Endpoints,
            AuthorityPem = authority.CertificatePem,
            CertificatePem = client.CertificatePem,
            KeyPem = client.KeyPem,
        };
        return await package.WriteAsync(cluster.Name, destination, overwrite, context.Clock, cancellationToken).ConfigureAwait(false);
    }

    private static EtcdException NoTls(EtcdCluster cluster) => new(
        EtcdErrorIds.TlsNotEnabled,
        $"Cluster '{cluster.Name}' speaks no TLS, so there are no credentials to pack; its endpoints are all that a client needs.")
    {
        Target = cluster.Name,
        NextStep = $"Connect without a package: Connect-EtcdCluster {string.Join(", ", cluster.Endpoints.Select(EndpointUrl.Show))}",
    };
}
