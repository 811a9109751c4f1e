using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Schedules.Renewals;

/// <summary>Reads the state of the renewal of certificates by the hosts of a cluster.</summary>
/// <param name="context">The environment.</param>
public sealed class HostRenewalReader(AdminContext context)
{
    /// <summary>Asks all hosts at once; a host that cannot be asked is in the result too.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>One state for each member, in the order of the profile, including hosts without the renewal.</returns>
    /// <exception cref="EtcdException">ClusterNotManaged; NotSupported: its members are on this machine.</exception>
    public async Task<IReadOnlyList<EtcdCertificateRenewal>> ReadAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return await Task.WhenAll(ScheduleHosts.Of(cluster, ScheduleKind.HostRenewal).Select(places => ReadAsync(places, cancellationToken)))
            .ConfigureAwait(false);
    }

    private async Task<EtcdCertificateRenewal> ReadAsync(MemberPlaces places, CancellationToken cancellationToken)
    {
        var host = new EtcdCertificateRenewal(places.Cluster) { HostName = places.Member.HostName };
        try
        {
            ScheduleFacts facts = await ScheduleFacts.ReadAsync(context, places, cancellationToken).ConfigureAwait(false);
            return CertificateRenewalReader.Describe(host, facts, places, places.Service) with
            {
                AuthorityNotAfter = facts.Time("last_authority_end"),
            };
        }
        catch (EtcdException e)
        {
            return host with { Reason = e.Message };
        }
    }
}
