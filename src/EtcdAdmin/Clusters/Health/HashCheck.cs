using EtcdAdmin.Client;

namespace EtcdAdmin.Clusters;

/// <summary>Compares the data of the members by its hash at a revision that all of them have.</summary>
internal static class HashCheck
{
    /// <summary>Adds the hashes to the probes of those members that told theirs.</summary>
    public static async Task<MemberProbe[]> AddAsync(
        EtcdCluster cluster, IReadOnlyList<HealthTarget> targets, MemberProbe[] probes, HealthOptions options,
        CancellationToken cancellationToken)
    {
        long[] revisions = [.. probes.Select(probe => probe.Status?.Header.Revision).OfType<long>()];
        if (revisions.Length == 0) return probes;
        long common = revisions.Min();
        return await Task.WhenAll(probes.Select((probe, i) => HashAsync(cluster, targets[i], probe, common, options, cancellationToken)))
            .ConfigureAwait(false);
    }

    /// <summary>Whether a member agrees with all others that told a hash of the same span; null where there is nothing to compare.</summary>
    public static bool? IsConsistent(MemberProbe probe, IReadOnlyList<MemberProbe> all)
    {
        if (probe.Hash is not { } hash) return null;
        // Members compact at their own pace, and the hash covers what is left; only equal spans can be compared.
        KvHash[] same = [.. all.Select(other => other.Hash).OfType<KvHash>()
            .Where(other => other.CompactRevision == hash.CompactRevision)];
        uint majority = same.GroupBy(other => other.Hash).OrderByDescending(group => group.Count()).First().Key;
        return same.Length > 1 ? hash.Hash == majority : null;
    }

    private static async Task<MemberProbe> HashAsync(
        EtcdCluster cluster, HealthTarget target, MemberProbe probe, long revision, HealthOptions options,
        CancellationToken cancellationToken)
    {
        if (probe.Status is null || target.Endpoint is not { } endpoint) return probe;
        try
        {
            EtcdClient client = cluster.Client.ForEndpoint(endpoint).WithCalls(options.Timeout, retry: false);
            return probe with { Hash = await client.Maintenance.HashKvAsync(revision, cancellationToken).ConfigureAwait(false) };
        }
        catch (EtcdRpcException)
        {
            return probe; // unknown, which is what an absent hash says
        }
    }
}
