using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>Proves that a cluster accepts writes, without writing.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="notProved">Makes the error from the difference and its cause.</param>
internal sealed class WriteProof(EtcdCluster cluster, Func<string, Exception?, EtcdException> notProved)
{
    /// <summary>
    /// Sends a transaction whose condition is false: all members agree on it and write it to their logs, but it changes no key and no revision.
    /// </summary>
    /// <exception cref="EtcdException">The cluster does not accept writes.</exception>
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
            // The full database came with the data: the restore is right, and the cluster needs more space.
            events.Warning($"Cluster {cluster.Name} does not accept writes because its database quota is used up. "
                + "Raise the quota (Set-EtcdConfiguration), or compact and defragment. Then clear the NOSPACE alarm (Clear-EtcdAlarm): until "
                + "then etcd accepts no writes.");
        }
        catch (EtcdRpcException e)
        {
            throw notProved($"it does not accept writes ({e.Message})", e);
        }
    }
}
