using System.Globalization;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;

namespace EtcdAdmin.KeyFiles;

/// <summary>The request size limit of a cluster. Only the members know it; etcd has no call for it.</summary>
/// <param name="cluster">The cluster.</param>
internal sealed class RequestLimit(EtcdCluster cluster)
{
    /// <summary>A size far below any usual limit: such a request need not be tested.</summary>
    public const int TakenByAll = 64 << 10;

    private const string Setting = "max-request-bytes";

    /// <summary>Returns the limit as far as it is known.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="given">The operator's value; null for none.</param>
    public static int Of(EtcdCluster cluster, int? given)
    {
        if (given is { } value) return value;
        object? configured = null;
        cluster.Spec?.Tuning.Extra?.TryGetValue(Setting, out configured);
        return int.TryParse(Convert.ToString(configured, CultureInfo.InvariantCulture), NumberStyles.None, CultureInfo.InvariantCulture,
            out int limit) && limit > KeyFileRules.RequestOverhead
            ? limit
            : KeyFileRules.MaxRequest;
    }

    /// <summary>
    /// Checks whether the cluster accepts the write of a key, with the condition that the key is unchanged. A transaction whose condition never
    /// holds changes no key and no revision.
    /// </summary>
    /// <exception cref="EtcdRpcException">RequestTooLarge: the cluster refuses. Others: the call failed.</exception>
    /// <remarks>
    /// etcd measures the raft entry before it proposes the entry (server/etcdserver/v3_server.go, processInternalRaftRequestOnce, 3.5). Here every
    /// number is
    /// at least as long as in the real request. The lease need not exist: etcd looks it up only when it applies the operations.
    /// </remarks>
    public Task ProveAsync(ImportItem item, CancellationToken cancellationToken) => cluster.Client.Kv.TxnAsync(
        new EtcdTransaction
        {
            Conditions = [TxnCondition.ModRevision(KeyRange.Key(item.Key), TxnComparison.Equal, -1)], // no key has this revision
            Success = [TxnOperation.Put(item.Key, item.Value, new PutOptions { Lease = item.Lease.IsNone ? default : new LeaseId(long.MaxValue) })],
        },
        cancellationToken);
}
