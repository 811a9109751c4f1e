using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Clusters.Health;

/// <summary>The hash of all data of one member.</summary>
/// <param name="Hash">The hash; null if the member did not report it.</param>
/// <param name="Error">The reason if it did not.</param>
internal sealed record MemberHash(KvHash? Hash, EtcdRpcException? Error);

/// <summary>Compares the data of the members by the hash at a revision that all of them have, within the time of the check.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="targets">Its members.</param>
/// <param name="round">Their answers.</param>
internal sealed class HashCheck(EtcdCluster cluster, HealthTargets targets, HealthRound round)
{
    /// <summary>Compares the hashes of the last compaction, where all members have it.</summary>
    public bool PrefersCompacted { get; init; }

    /// <summary>The hashes of all targets, in their order; null for a target that is not asked: it does not answer, is a learner, or is of another
    /// cluster.</summary>
    public async Task<MemberHash?[]> AskAsync()
    {
        Task<Start>[] asked = [.. targets.All.Select(StatusAsync)];
        Task<Start[]> all = Task.WhenAll(asked);
        // The answers to the other questions come first, because hashing would slow them down. But hashing takes time too, so this waits neither for
        // silent members nor for a quorum. A member that answers late is asked for the same revision.
        Task others = Task.WhenAll(targets.All.Select(target => target.Endpoint).OfType<Uri>().Select(round.AskAsync));
        await round.HalfwayAsync(Task.WhenAll(all, others)).ConfigureAwait(false);
        long? common = Common(asked);
        if (common is null)
        {
            await all.ConfigureAwait(false);
            common = Common(asked);
        }

        if (PrefersCompacted && await CompactedAsync(asked).ConfigureAwait(false) is { } compacted) return compacted;

        // Without a common revision no member is asked. All members are compared in the same way, also while only some have HashKV.
        bool readsKeys = asked.Any(task => task is { IsCompletedSuccessfully: true, Result.Status: { } status } && KeyHash.IsNeeded(status));
        MemberHash?[] hashes = await HashAllAsync(asked, common ?? 0, readsKeys).ConfigureAwait(false);
        return !readsKeys && IsMixed(hashes, common) ? await HashAllAsync(asked, common ?? 0, readsKeys: true).ConfigureAwait(false) : hashes;
    }

    /// <summary>Whether a member has the same hash as all others with the same range of revisions; null if there is nothing to compare.</summary>
    public static bool? IsConsistent(MemberHash? one, IReadOnlyList<MemberHash?> all)
    {
        if (one?.Hash is not { } hash) return null;
        // Members compact at their own pace, and the hash covers the remaining revisions; only equal ranges can be compared.
        IGrouping<uint, uint>[] groups = [.. all.Select(other => other?.Hash).OfType<KvHash>()
            .Where(other => other.CompactRevision == hash.CompactRevision)
            .Select(other => other.Hash).GroupBy(other => other).OrderByDescending(group => group.Count())];
        if (groups is [var alone]) return alone.Count() > 1 ? true : null;
        // If equally many members have each of two hashes, it is unknown which are right.
        return groups[0].Count() > groups[1].Count() && hash.Hash == groups[0].Key;
    }

    /// <summary>
    /// Whether some members answered with the hash of their last compaction, which was at this very revision, and others hashed their data now: the
    /// two cover different revisions.
    /// </summary>
    private static bool IsMixed(MemberHash?[] hashes, long? revision)
    {
        long[] from = [.. hashes.Select(hash => hash?.Hash?.CompactRevision).OfType<long>().Distinct()];
        return from.Length > 1 && from.Any(start => start == revision);
    }

    private Task<MemberHash?[]> HashAllAsync(Task<Start>[] asked, long revision, bool readsKeys) =>
        Task.WhenAll(targets.All.Zip(asked, (target, start) => HashAsync(target, start, revision, readsKeys)));

    /// <summary>The hashes of the last compaction; null if any member has none, or if an alarm says that the data differs.</summary>
    private async Task<MemberHash?[]?> CompactedAsync(Task<Start>[] asked)
    {
        // A member that does not answer by now cannot be compared cheaply.
        MemberStatus?[] statuses = [.. asked.Select(task => task.IsCompletedSuccessfully ? task.Result.Status : null)];
        if (!asked.All(task => task.IsCompletedSuccessfully && task.Result.Refusal is null)) return null;
        if (statuses.Any(status => status is not null && !CompactedHash.IsKept(status))) return null;
        MemberProbe[] probes = await Task.WhenAll(targets.All.Select(target => target.Endpoint).OfType<Uri>().Select(round.AskAsync))
            .ConfigureAwait(false);
        if (probes.Any(probe => probe.Alarms?.Any(alarm => alarm.Type == AlarmType.Corrupt) == true)) return null;
        KvHash?[] hashes = await Task.WhenAll(targets.All.Zip(statuses, (target, status) => status is null || target.Endpoint is not { } endpoint
            ? Task.FromResult<KvHash?>(null)
            : CompactedHash.ReadAsync(cluster.Client.ForEndpoint(endpoint).WithCalls(round.Left, retry: false), round.Left, round.Token)))
            .ConfigureAwait(false);
        KvHash[] found = [.. hashes.OfType<KvHash>()];
        bool isWhole = found.Length > 1 && found.Length == statuses.Count(status => status is not null)
            && found.DistinctBy(hash => (hash.CompactRevision, hash.Revision)).Count() == 1;
        return isWhole ? [.. hashes.Select(hash => hash is null ? null : new MemberHash(hash, null))] : null;
    }

    private static long? Common(Task<Start>[] asked) =>
        asked.Where(task => task.IsCompletedSuccessfully).Min(task => task.Result.Status?.Header.Revision);

    /// <summary>Its status; none if it is not compared: a learner refuses to hash.</summary>
    private async Task<Start> StatusAsync(HealthTarget target)
    {
        if (target.IsMember == false || target.Endpoint is not { } endpoint) return default;
        try
        {
            MemberStatus status = await cluster.Client.ForEndpoint(endpoint).WithCalls(round.Left, retry: false)
                .Maintenance.StatusAsync(round.Token).ConfigureAwait(false);
            return status.IsLearner || targets.IsOther(status) ? default : new Start(status, null);
        }
        catch (EtcdRpcException e)
        {
            // The other questions report why a member does not answer.
            return MemberProbe.IsRefusal(e) ? new Start(null, e) : default;
        }
    }

    private async Task<MemberHash?> HashAsync(HealthTarget target, Task<Start> asked, long revision, bool readsKeys)
    {
        (MemberStatus? status, EtcdRpcException? refusal) = await asked.ConfigureAwait(false);
        if (refusal is not null) return new MemberHash(null, refusal);
        if (status is null || target.Endpoint is not { } endpoint) return null;
        try
        {
            EtcdClient client = cluster.Client.ForEndpoint(endpoint).WithCalls(round.Left, retry: false);
            KvHash hash = readsKeys
                ? await KeyHash.ReadAsync(client, endpoint, status.Header, revision, round.Left, round.Token).ConfigureAwait(false)
                : await client.Maintenance.HashKvAsync(revision, round.Token).ConfigureAwait(false);
            return new MemberHash(hash, null);
        }
        catch (EtcdRpcException e)
        {
            return new MemberHash(null, e);
        }
    }

    private readonly record struct Start(MemberStatus? Status, EtcdRpcException? Refusal);
}
