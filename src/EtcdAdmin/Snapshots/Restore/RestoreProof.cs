using System.Globalization;
using EtcdAdmin.Client;
using EtcdAdmin.Clusters;

namespace EtcdAdmin.Snapshots;

/// <summary>Compares a restored cluster with the snapshot: revision, number of keys, and the same hash on every member.</summary>
/// <param name="cluster">The restored cluster.</param>
/// <param name="info">The snapshot.</param>
/// <param name="bump">By how much revisions were raised.</param>
internal sealed class RestoreProof(EtcdCluster cluster, SnapshotInfo info, long bump)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    // A walk through the whole database of each member; the largest that etcd advises (8 GiB) takes a while.
    private static readonly TimeSpan HashLimit = TimeSpan.FromMinutes(5);

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
        return await CompareHashesAsync(clock, cancellationToken).ConfigureAwait(false);
    }

    private async Task<uint> CompareHashesAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        long start = clock.GetTimestamp();
        while (true)
        {
            KvHash[] hashes = await Task.WhenAll(cluster.Endpoints.Select(endpoint => cluster.Client.ForEndpoint(endpoint)
                .WithCalls(HashLimit, retry: true).Maintenance.HashKvAsync(Expected, cancellationToken))).ConfigureAwait(false);
            // Raised revisions are marked compacted, and each member compacts in its own time: until all are done, hashes cover different spans.
            bool comparable = hashes.DistinctBy(hash => hash.CompactRevision).Count() == 1;
            if (comparable && hashes.DistinctBy(hash => hash.Hash).Count() == 1) return hashes[0].Hash;
            if (clock.GetElapsedTime(start) > Patience)
                throw NotProved("its members do not have the same data: " + string.Join(", ", hashes.Select(Describe)));
            await Task.Delay(Interval, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private static string Describe(KvHash hash) =>
        string.Create(CultureInfo.InvariantCulture, $"{hash.Header.MemberId} hash {hash.Hash} since revision {hash.CompactRevision}");

    private EtcdException NotProved(string difference) => new(
        EtcdErrorIds.RestoreNotProved, EtcdErrorKind.InvalidData,
        $"Cluster '{cluster.Name}' does not hold what '{info.Path}' holds: {difference}.")
    { Target = cluster.Name };
}
