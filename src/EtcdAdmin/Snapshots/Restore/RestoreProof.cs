using EtcdAdmin.Client;
using EtcdAdmin.Clusters;

namespace EtcdAdmin.Snapshots;

/// <summary>Compares a restored cluster with the snapshot: revision, number of keys, and the same hash on every member.</summary>
/// <param name="cluster">The restored cluster.</param>
/// <param name="info">The snapshot.</param>
/// <param name="bump">By how much revisions were raised.</param>
internal sealed class RestoreProof(EtcdCluster cluster, SnapshotInfo info, long bump)
{
    private long Expected => info.CurrentRevision + bump;

    /// <exception cref="EtcdException">RestoreNotProved, with what differs.</exception>
    /// <returns>The hash that all members have.</returns>
    public async Task<uint> MakeAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        EtcdHeader header = (await cluster.Client.Kv.QueryAsync(KeyRange.All, new RangeQuery { CountOnly = true }, cancellationToken)
            .ConfigureAwait(false)).Header;
        // Clients that survived the restore may write again already, so more is right; less is not.
        if (header.Revision < Expected) throw NotProved($"its revision is {header.Revision}, not {Expected}");
        long keys = await cluster.Client.Kv.CountAsync(KeyRange.All, Expected, cancellationToken).ConfigureAwait(false);
        if (keys != info.TotalKeys) throw NotProved($"it has {keys} keys, not {info.TotalKeys}");
        EqualHashes hashes = new(cluster, Expected); // raised revisions are marked compacted, which members carry out one by one
        return await hashes.WaitAsync(clock, cancellationToken).ConfigureAwait(false)
            ?? throw NotProved("its members do not have the same data: " + hashes.Difference);
    }

    private EtcdException NotProved(string difference) => new(
        EtcdErrorIds.RestoreNotProved, EtcdErrorKind.InvalidData,
        $"Cluster '{cluster.Name}' does not hold what '{info.Path}' holds: {difference}.")
    { Target = cluster.Name };
}
