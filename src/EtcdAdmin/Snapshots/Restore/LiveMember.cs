using EtcdAdmin.Client;
using EtcdAdmin.Clusters;

namespace EtcdAdmin.Snapshots;

/// <summary>What answers where a member should.</summary>
/// <param name="Endpoint">Where it was asked.</param>
/// <param name="Name">The member that should be there; its address where it has no name.</param>
/// <param name="Answers">Whether there was any answer, a refusal too.</param>
/// <param name="Revision">Its revision; null where nothing answered, or it tells that to its users only.</param>
internal sealed record LiveMember(Uri Endpoint, string Name, bool Answers, long? Revision)
{
    /// <summary>The cluster that it belongs to; null where it did not tell.</summary>
    public ClusterId? ClusterId { get; init; }

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>Asks all at once.</summary>
    public static Task<LiveMember[]> AskAsync(EtcdCluster cluster, IEnumerable<MemberSpec> members, CancellationToken cancellationToken)
    {
        bool tls = cluster.Tls is not null;
        var names = members.ToDictionary(member => member.ClientUrl(tls), member => member.Name);
        return Task.WhenAll(names.Keys.Union(cluster.Endpoints).Select(
            endpoint => AskAsync(cluster, endpoint, names.GetValueOrDefault(endpoint) ?? endpoint.Authority, cancellationToken)));
    }

    /// <summary>What they tell of the cluster, to be compared with when it is brought back.</summary>
    public static async Task<RestoreBefore> DescribeAsync(EtcdCluster cluster, IReadOnlyList<LiveMember> live, CancellationToken cancellationToken)
    {
        LiveMember[] told = [.. live.Where(member => member.Revision is not null)];
        if (told.Length == 0) return new RestoreBefore();
        ClusterId?[] ids = [.. told.Select(member => member.ClusterId).Distinct()];
        bool? authentication = null;
        try
        {
            authentication = (await cluster.Client.ForEndpoint(told[0].Endpoint).WithCalls(Timeout, retry: false).Auth.StatusAsync(cancellationToken).ConfigureAwait(false)).Enabled;
        }
        catch (EtcdRpcException)
        {
            // Before 3.5 nobody tells; it is proved in any case.
        }

        return new RestoreBefore
        {
            Revision = told.Max(member => member.Revision),
            ClusterId = ids is [{ } only] ? only.ToString() : null,
            Authentication = authentication,
        };
    }

    private static async Task<LiveMember> AskAsync(EtcdCluster cluster, Uri endpoint, string name, CancellationToken cancellationToken)
    {
        try
        {
            MemberStatus status = await cluster.Client.ForEndpoint(endpoint).WithCalls(Timeout, retry: false)
                .Maintenance.StatusAsync(cancellationToken).ConfigureAwait(false);
            return new LiveMember(endpoint, name, Answers: true, status.Header.Revision) { ClusterId = status.Header.ClusterId };
        }
        catch (EtcdRpcException e)
        {
            return new LiveMember(endpoint, name, Answers: e.Error != EtcdError.None, Revision: null);
        }
    }
}
