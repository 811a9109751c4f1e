using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>Proves that a cluster accepts writes, without writing.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="notProved">Makes the error, from what differs and its cause.</param>
internal sealed class WriteProof(EtcdCluster cluster, Func<string, Exception?, EtcdException> notProved)
{
    /// <summary>A transaction whose condition does not hold: all members agree on it and note it in their logs as any other, but it changes no key and no revision.</summary>
    /// <exception cref="EtcdException">It does not.</exception>
    public async Task MakeAsync(IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        KeyRange key = KeyRange.Key(RestoreProof.WritePrefix + Guid.NewGuid().ToString("n"));
        var write = new EtcdTransaction { Conditions = [TxnCondition.Exists(key)], Success = [TxnOperation.Delete(key)] };
        try
        {
            await cluster.Client.Kv.TxnAsync(write, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdRpcException e) when (e.ErrorId == EtcdErrorIds.NoSpace)
        {
            // It came with the data: the cluster is as it was, and what it needs now is more room.
            events.Warning($"Cluster {cluster.Name} takes no writes, as the quota of its database is used up: raise it (Set-EtcdConfiguration), or compact and defragment.");
        }
        catch (EtcdRpcException e)
        {
            throw notProved($"it does not accept writes ({e.Message})", e);
        }
    }
}
