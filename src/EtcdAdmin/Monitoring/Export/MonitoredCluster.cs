using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Connecting;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Security;

namespace EtcdAdmin.Monitoring.Export;

/// <summary>A cluster to be monitored.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Members">Names and client URLs.</param>
internal sealed record MonitoredCluster(string Name, IReadOnlyList<(string Name, Uri Endpoint)> Members)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The trusted authorities; null for plaintext clusters, and for clusters that use the system's.</summary>
    public string? AuthorityPem { get; private init; }

    /// <summary>The new client certificate; null if there is none.</summary>
    public string? CertificatePem { get; private init; }

    /// <summary>Its private key.</summary>
    public string? KeyPem { get; private init; }

    /// <summary>Whether the members require a client certificate that only the operator can supply, because the authority is not here.</summary>
    public bool LacksCertificate { get; private init; }

    /// <summary>Whether it has files of its own.</summary>
    public bool HasFiles => AuthorityPem is not null || LacksCertificate;

    /// <summary>The folder with its certificates.</summary>
    public string Folder => FileNames.Safe(Name);

    /// <summary>Reads the members and issues a certificate.</summary>
    public static async Task<MonitoredCluster> ReadAsync(
        AdminContext context, EtcdCluster cluster, string userName, CancellationToken cancellationToken)
    {
        var read = new MonitoredCluster(cluster.Name, await MembersAsync(cluster, cancellationToken).ConfigureAwait(false));
        if (cluster.Tls is not { } tls) return read;
        // Members of clusters that were adopted have certificates of an authority that is not here.
        if (!cluster.IsManaged || cluster.IsAdopted) return read with { AuthorityPem = tls.CaPem, LacksCertificate = tls.CertificatePem is not null };
        CredentialPackage issued = await new CredentialExporter(context)
            .IssueAsync(cluster, new CredentialRequest { UserName = userName }, cancellationToken).ConfigureAwait(false);
        return read with { AuthorityPem = issued.AuthorityPem, CertificatePem = issued.CertificatePem, KeyPem = issued.KeyPem };
    }

    // The profile has the names also while the cluster does not answer.
    private static async Task<IReadOnlyList<(string Name, Uri Endpoint)>> MembersAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        if (cluster.Spec is { } spec) return [.. spec.Members.Select(member => (member.Name, member.ClientUrl(spec.Tls)))];
        IReadOnlyList<Member> members = await MemberQuery.ListAsync(cluster, Patience, cancellationToken).ConfigureAwait(false);
        return [.. members.Select(member => HealthTarget.From(cluster, member)).Where(target => target.Endpoint is not null)
            .Select(target => (target.Name, target.Endpoint!)).OrderBy(member => member.Name, StringComparer.Ordinal)];
    }
}
