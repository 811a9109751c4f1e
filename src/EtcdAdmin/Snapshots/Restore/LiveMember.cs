using EtcdAdmin.Client;
using EtcdAdmin.Clusters;

namespace EtcdAdmin.Snapshots;

/// <summary>What answers where a member should.</summary>
/// <param name="Endpoint">Where it was asked.</param>
/// <param name="Name">The member that should be there; its address where it has no name.</param>
/// <param name="Status">What it said; null where nothing answered.</param>
internal sealed record LiveMember(Uri Endpoint, string Name, MemberStatus? Status)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>Its revision; null where nothing answered.</summary>
    public long? Revision => Status?.Header.Revision;

    /// <summary>Asks all at once. etcd tells its status without asking who wants to know.</summary>
    public static Task<LiveMember[]> AskAsync(EtcdCluster cluster, IEnumerable<MemberSpec> members, CancellationToken cancellationToken)
    {
        bool tls = cluster.Tls is not null;
        var names = members.ToDictionary(member => member.ClientUrl(tls), member => member.Name);
        return Task.WhenAll(names.Keys.Union(cluster.Endpoints).Select(async endpoint => new LiveMember(
            endpoint,
            names.GetValueOrDefault(endpoint) ?? endpoint.Authority,
            await TryAskAsync(cluster, endpoint, cancellationToken).ConfigureAwait(false))));
    }

    private static async Task<MemberStatus?> TryAskAsync(EtcdCluster cluster, Uri endpoint, CancellationToken cancellationToken)
    {
        try
        {
            return await cluster.WithCredential(null).Client.ForEndpoint(endpoint).WithCalls(Timeout, retry: false)
                .Maintenance.StatusAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdRpcException)
        {
            return null;
        }
    }
}
