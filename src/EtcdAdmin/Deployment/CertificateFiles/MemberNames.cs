using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Certificates;
using EtcdAdmin.Provisioning.Authority;
using EtcdAdmin.Provisioning.Survey;

namespace EtcdAdmin.Deployment.CertificateFiles;

/// <summary>The names and addresses that the certificates of members must be valid for.</summary>
internal static class MemberNames
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Reads them, by member: the address of its profile, those in its URLs and of its host, and the names of its present
    /// certificates, which clients may use.</summary>
    /// <exception cref="AggregateException">One error for each host that could not be read.</exception>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> ReadAsync(
        AdminContext context, EtcdCluster cluster, IReadOnlyList<MemberSpec> members, CancellationToken cancellationToken)
    {
        if (members.Count == 0) return new Dictionary<string, IReadOnlyList<string>>();
        ClusterSpec spec = cluster.RequireSpec();
        // Members on this machine call from their own address, so only other hosts are surveyed.
        MemberSpec[] remote = [.. members.Where(member => member.Connection is not null)];
        InstallState? state = remote.Length == 0 ? null
            : await InstallState.ReadAsync(context, cluster.Name, cluster, spec, remote, cancellationToken).ConfigureAwait(false);
        IReadOnlyDictionary<string, TrustFacts> files = await TrustFacts.ReadAsync(context, spec, members, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<MemberPlace> places = await MemberPlace.FindAsync(cluster, members, Patience, cancellationToken).ConfigureAwait(false);
        return members.ToDictionary(member => member.Name, NamesOf, StringComparer.Ordinal);

        IReadOnlyList<string> NamesOf(MemberSpec member)
        {
            TrustFacts facts = files[member.Name];
            return
            [
                .. places.Where(place => place.Member == member.Name).Select(place => place.Host).Prepend(member.Address)
                    .Concat(member.Connection is null ? [] : state?.CertificateAddresses(member) ?? [])
                    .Concat(RenewalSteps.NamesIn(facts.ServerCertificate)).Concat(RenewalSteps.NamesIn(facts.PeerCertificate))
                    .Distinct(StringComparer.OrdinalIgnoreCase),
            ];
        }
    }
}
