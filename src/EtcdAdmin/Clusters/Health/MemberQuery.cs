using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Clusters.Health;

/// <summary>Finds out who belongs to a cluster, from whichever member answers first.</summary>
internal static class MemberQuery
{
    /// <summary>Asks all endpoints at once, so that a dead one costs nothing while another lives.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="timeout">How long the answer may take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EtcdRpcException">Nobody answered; the failure of the first endpoint.</exception>
    public static async Task<IReadOnlyList<Member>> ListAsync(
        EtcdCluster cluster, TimeSpan timeout, CancellationToken cancellationToken) =>
        (await AskAsync(cluster, timeout, cancellationToken).ConfigureAwait(false)).Members;

    /// <summary>The same, with the cluster that answered.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="timeout">How long the answer may take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EtcdRpcException">Nobody answered; the failure of the first endpoint.</exception>
    public static async Task<MemberList> AskAsync(EtcdCluster cluster, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // What a member knows by itself is enough here, and is told even without a quorum.
        List<Task<MemberList>> asked = [.. cluster.Endpoints.Select(endpoint =>
            cluster.Client.ForEndpoint(endpoint).WithCalls(timeout, retry: false)
                .Cluster.ListAsync(linearizable: false, stop.Token))];
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
            await Task.WhenAny(Task.WhenAll(asked)).ConfigureAwait(false); // their failures are nobody's concern any more
        }

        throw failure!; // an endpoint at least, and it failed
    }

    /// <summary>The name of the leading member; null where nobody knows one.</summary>
    public static async Task<string?> FindLeaderNameAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        try
        {
            MemberStatus status = await cluster.Client.Maintenance.StatusAsync(cancellationToken).ConfigureAwait(false);
            MemberList list = await cluster.Client.Cluster.ListAsync(linearizable: false, cancellationToken).ConfigureAwait(false);
            return list.Members.FirstOrDefault(member => member.Id == status.Leader)?.Name;
        }
        catch (EtcdRpcException)
        {
            return null; // no leader to spare
        }
    }
}
