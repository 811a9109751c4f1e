using EtcdAdmin.Client;

namespace EtcdAdmin.Clusters;

/// <summary>Compares the data of the members by its hash at a revision that all of them have.</summary>
internal static class HashCheck
{
    /// <summary>Adds the hashes to the probes of those members that told theirs.</summary>
    public static async Task<MemberAnswer[]> AddAsync(
        EtcdCluster cluster, MemberAnswer[] answers, HealthOptions options, CancellationToken cancellationToken)
    {
        long[] revisions = [.. answers.Where(answer => answer.IsOfCluster).Select(answer => answer.Probe.Status?.Header.Revision).OfType<long>()];
        if (revisions.Length == 0) return answers;
        long common = revisions.Min();
        return await Task.WhenAll(answers.Select(async answer => answer with
        {
            Probe = await HashAsync(cluster, answer, common, options, cancellationToken).ConfigureAwait(false),
        })).ConfigureAwait(false);
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
        EtcdCluster cluster, MemberAnswer answer, long revision, HealthOptions options, CancellationToken cancellationToken)
    {
        MemberProbe probe = answer.Probe;
        if (!answer.IsOfCluster || probe.Status is null || answer.Target.Endpoint is not { } endpoint) return probe;
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
