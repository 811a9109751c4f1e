using System.Globalization;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;

namespace EtcdAdmin.KeyFiles;

/// <summary>How large a request a cluster takes. Only its members know; etcd has no call for it.</summary>
/// <param name="cluster">The cluster.</param>
internal sealed class RequestLimit(EtcdCluster cluster)
{
    /// <summary>Far below what anybody sets: such a request need not be tried.</summary>
    public const int TakenByAll = 64 << 10;

    private const string Setting = "max-request-bytes";

    /// <summary>The limit as far as it is known.</summary>
    /// <param name="cluster">Whose.</param>
    /// <param name="given">What the operator says; null for nothing.</param>
    public static int Of(EtcdCluster cluster, int? given)
    {
        if (given is { } said) return said;
        object? configured = null;
        cluster.Spec?.Tuning.Extra?.TryGetValue(Setting, out configured);
        return int.TryParse(Convert.ToString(configured, CultureInfo.InvariantCulture), NumberStyles.None, CultureInfo.InvariantCulture, out int limit) && limit > KeyFileRules.RequestOverhead
            ? limit
            : KeyFileRules.MaxRequest;
    }

    /// <summary>
    /// Finds out whether the cluster would take the write of a key, with the condition that nobody else has changed it. A transaction whose condition never
    /// holds changes no key and no revision.
    /// </summary>
    /// <exception cref="EtcdRpcException">RequestTooLarge: it would not. Or the call failed.</exception>
    /// <remarks>
    /// etcd measures the raft entry before it proposes it (server/etcdserver/v3_server.go, processInternalRaftRequestOnce, 3.5). Here no number in it is shorter
    /// than it will be. The lease need not exist: it is looked up where the operations are carried out.
    /// </remarks>
    public Task ProveAsync(ImportItem item, CancellationToken cancellationToken) => cluster.Client.Kv.TxnAsync(
        new EtcdTransaction
        {
            Conditions = [TxnCondition.ModRevision(KeyRange.Key(item.Key), TxnComparison.Equal, -1)], // no key has that
            Success = [TxnOperation.Put(item.Key, item.Value, new PutOptions { Lease = item.Lease.IsNone ? default : new LeaseId(long.MaxValue) })],
        },
        cancellationToken);
}
