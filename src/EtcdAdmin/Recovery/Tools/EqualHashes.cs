using System.Globalization;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;

namespace EtcdAdmin.Recovery.Tools;

/// <summary>Waits until all members of a cluster have the same hash of all keys and values up to a revision.</summary>
internal sealed class EqualHashes(EtcdCluster cluster, long revision)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    // Hashing reads the complete database of each member; the largest size that etcd advises (8 GiB) takes a while.
    private static readonly TimeSpan HashLimit = TimeSpan.FromMinutes(5);

    /// <summary>The last hashes that the members reported.</summary>
    public string Difference { get; private set; } = "";

    /// <returns>The hash that all members have; null if they still differ after the timeout.</returns>
    public async Task<uint?> WaitAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        long start = clock.GetTimestamp();
        while (true)
        {
            KvHash[] hashes = await Task.WhenAll(cluster.Endpoints.Select(endpoint => cluster.Client.ForEndpoint(endpoint)
                .WithCalls(HashLimit, retry: true).Maintenance.HashKvAsync(revision, cancellationToken))).ConfigureAwait(false);
            // Each member compacts in its own time. Until all have compacted, their hashes cover different revisions.
            bool comparable = hashes.DistinctBy(hash => hash.CompactRevision).Count() == 1;
            if (comparable && hashes.DistinctBy(hash => hash.Hash).Count() == 1) return hashes[0].Hash;
            Difference = string.Join(", ", hashes.Select(Describe));
            if (clock.GetElapsedTime(start) > Patience) return null;
            await Task.Delay(Interval, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private static string Describe(KvHash hash) =>
        string.Create(CultureInfo.InvariantCulture, $"{hash.Header.MemberId} hash {hash.Hash} since revision {hash.CompactRevision}");
}
