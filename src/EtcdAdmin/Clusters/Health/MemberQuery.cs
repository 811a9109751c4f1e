using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Clusters.Health;

/// <summary>Lists the members of a cluster, from the first member that answers.</summary>
internal static class MemberQuery
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Asks all endpoints at once, so that an unreachable one costs no time if another answers.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="timeout">The time limit.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="EtcdRpcException">No endpoint answered; this is the failure of the first one.</exception>
    public static async Task<IReadOnlyList<Member>> ListAsync(
        EtcdCluster cluster, TimeSpan timeout, CancellationToken cancellationToken) =>
        (await AskAsync(cluster, timeout, cancellationToken).ConfigureAwait(false)).Members;

    /// <summary>The same, with the cluster that answered.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="timeout">The time limit.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="EtcdRpcException">No endpoint answered; this is the failure of the first one.</exception>
    public static async Task<MemberList> AskAsync(EtcdCluster cluster, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // A member's local list is enough here, and it is available without a quorum.
        List<Task<MemberList>> asked = [.. cluster.Endpoints.Select(endpoint =>
            ListAsync(cluster, cluster.Client.ForEndpoint(endpoint).WithCalls(timeout, retry: false), stop.Token))];
        EtcdRpcException? failure = null;
        try
        {
            while (asked.Count > 0)
            {
                Task<MemberList> next = await Task.WhenAny(asked).ConfigureAwait(false);
                asked.Remove(next);
                try
                {
                    return await next.ConfigureAwait(false);
                }
                catch (EtcdRpcException e)
                {
                    failure ??= e;
                }
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAny(Task.WhenAll(asked)).ConfigureAwait(false); // their failures no longer matter
        }

        throw failure!; // there is at least one endpoint, and it failed
    }

    /// <summary>The state of one member.</summary>
    /// <param name="cluster">Its cluster.</param>
    /// <param name="member">The client for its endpoint.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="EtcdRpcException">It did not answer.</exception>
    public static Task<MemberStatus> StatusAsync(EtcdCluster cluster, EtcdClient member, CancellationToken cancellationToken) =>
        cluster.IsBefore3 ? member.Api2.StatusAsync(cancellationToken) : member.Maintenance.StatusAsync(cancellationToken);

    /// <summary>The name of the leader; null if no member knows one.</summary>
    public static async Task<string?> FindLeaderNameAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        try
        {
            if (cluster.IsBefore3) return await FindByApi2Async(cluster, cancellationToken).ConfigureAwait(false);
            MemberStatus status = await cluster.Client.Maintenance.StatusAsync(cancellationToken).ConfigureAwait(false);
            MemberList list = await cluster.Client.Cluster.ListAsync(linearizable: false, cancellationToken).ConfigureAwait(false);
            return list.Members.FirstOrDefault(member => member.Id == status.Leader)?.Name;
        }
        catch (EtcdRpcException)
        {
            return null; // the leader is not known
        }
    }

    private static Task<MemberList> ListAsync(EtcdCluster cluster, EtcdClient member, CancellationToken cancellationToken) => cluster.IsBefore3
        ? member.Api2.ListAsync(cancellationToken)
        : member.Cluster.ListAsync(linearizable: false, cancellationToken);

    // API 2 has no client that tries one endpoint after the other.
    private static async Task<string?> FindByApi2Async(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        MemberList list = await AskAsync(cluster, Patience, cancellationToken).ConfigureAwait(false);
        foreach (Uri endpoint in cluster.Endpoints)
        {
            try
            {
                MemberStatus status = await cluster.Client.ForEndpoint(endpoint).WithCalls(Patience, retry: false)
                    .Api2.StatusAsync(cancellationToken).ConfigureAwait(false);
                if (list.Members.FirstOrDefault(member => member.Id == status.Leader) is { } leader) return leader.Name;
            }
            catch (EtcdRpcException)
            {
                // The next one may answer.
            }
        }

        return null;
    }
}
