using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Maintenance.Facts;

namespace EtcdAdmin.Maintenance.Comparison;

/// <summary>Compares the data of all voters by their hashes at several revisions, as all of them have it now.</summary>
/// <param name="context">The context.</param>
internal sealed class DataComparer(AdminContext context)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LeastTime = TimeSpan.FromSeconds(10);

    // A slow disk; etcd reads its whole database for a hash.
    private const long HashedPerSecond = 20L << 20;

    // Members compact within a moment of each other, and a client may compact again and again.
    private const int Tries = 20;

    // Earlier revisions that still cannot be compared by then are compacted: a member answers at the revision of a compaction with a hash that
    // covers the revisions before it, which it has no longer.
    private const int EnoughTries = 3;

    /// <summary>Compares the members; changes nothing.</summary>
    /// <returns>Without any revision where too few members report a hash.</returns>
    public async Task<DataComparison> CompareAsync(SpaceFacts facts, CancellationToken cancellationToken)
    {
        MemberSpace[] voters = [.. facts.Members.Where(member => member.Health is { IsLearner: not true, Reachable: true, Endpoint: not null })];
        TimeSpan limit = LeastTime + TimeSpan.FromSeconds(facts.Membership.DatabaseBytes / HashedPerSecond);
        for (int i = 0; i < Tries; i++)
        {
            if (i > 0) await Task.Delay(Interval, context.Clock, cancellationToken).ConfigureAwait(false);
            if (await TryAsync(facts, voters, limit, i >= EnoughTries, cancellationToken).ConfigureAwait(false) is { } compared) return compared;
        }

        return new DataComparison(facts.Membership.Voters, [], [.. Names(facts, [])]);
    }

    /// <returns>Null where the members were compacted meanwhile.</returns>
    private static async Task<DataComparison?> TryAsync(
        SpaceFacts facts, MemberSpace[] voters, TimeSpan limit, bool newestIsEnough, CancellationToken cancellationToken)
    {
        int all = facts.Membership.Voters;
        (MemberSpace Member, long Revision)[] known = [.. (await Task
            .WhenAll(voters.Select(member => RevisionAsync(facts, member, limit, cancellationToken)))
            .ConfigureAwait(false)).Where(found => found.Revision > 0)];
        if (known.Length == 0) return new DataComparison(all, [], [.. Names(facts, [])]);
        MemberSpace[] members = [.. known.Select(found => found.Member)];
        long newest = known.Min(found => found.Revision); // all of them have it
        (RevisionHashes? first, long oldest) = await HashAsync(facts, members, newest, limit, cancellationToken).ConfigureAwait(false);
        if (first is null) return null;
        var found = new List<RevisionHashes> { first };
        foreach (long revision in new[] { oldest + ((newest - oldest) / 2), oldest }.Distinct().Where(revision => revision > 1 && revision < newest))
        {
            (RevisionHashes? earlier, _) = await HashAsync(facts, members, revision, limit, cancellationToken).ConfigureAwait(false);
            if (earlier is not null) found.Add(earlier);
            else if (!newestIsEnough) return null;
        }

        return new DataComparison(all, found, [.. Names(facts, first.Hashes.Keys)]);
    }

    private static IEnumerable<string> Names(SpaceFacts facts, IEnumerable<MemberId> compared) => facts.Membership.Members
        .Where(member => !member.IsLearner && !compared.Contains(member.Id)).Select(member => member.IsStarted ? member.Name : member.Id.ToString());

    private static async Task<(MemberSpace Member, long Revision)> RevisionAsync(
        SpaceFacts facts, MemberSpace member, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            return (member, (await Of(facts, member, limit).Maintenance.StatusAsync(cancellationToken).ConfigureAwait(false)).Header.Revision);
        }
        catch (EtcdRpcException)
        {
            return (member, 0); // named as not compared
        }
    }

    /// <summary>The hashes at a revision, and the oldest revision that they cover; no hashes where the members are not compacted equally.</summary>
    private static async Task<(RevisionHashes? Hashes, long Oldest)> HashAsync(
        SpaceFacts facts, MemberSpace[] members, long revision, TimeSpan limit, CancellationToken cancellationToken)
    {
        KvHash?[] hashes;
        try
        {
            hashes = await Task.WhenAll(members.Select(member => HashAsync(facts, member, revision, limit, cancellationToken))).ConfigureAwait(false);
        }
        catch (EtcdRpcException e) when (e.Error is EtcdError.Compacted or EtcdError.FutureRevision)
        {
            return (null, 0);
        }

        (MemberId Id, KvHash Hash)[] found = [.. members.Zip(hashes)
            .Where(pair => pair.Second is not null).Select(pair => (pair.First.Id, pair.Second!))];
        if (found.Select(pair => pair.Hash.CompactRevision).Distinct().Count() > 1)
        {
            // Members answer with the hash of a compaction at this very revision, if they have not been restarted since; it covers other revisions.
            return found.Any(pair => pair.Hash.CompactRevision == revision)
                ? (await ReadAsync(facts, members, revision, limit, cancellationToken).ConfigureAwait(false), revision)
                : (null, 0);
        }

        // The hash at the revision of the compaction may be such a hash too.
        return (new RevisionHashes(revision, found.ToDictionary(pair => pair.Id, pair => pair.Hash.Hash)),
            found.Length == 0 ? revision : Math.Max(1, found[0].Hash.CompactRevision) + 1);
    }

    /// <summary>Hashes of the present keys, made here.</summary>
    private static async Task<RevisionHashes> ReadAsync(
        SpaceFacts facts, MemberSpace[] members, long revision, TimeSpan limit, CancellationToken cancellationToken)
    {
        (MemberId Id, uint? Hash)[] read = await Task.WhenAll(members.Select(async member =>
        {
            try
            {
                EtcdClient client = Of(facts, member, limit);
                MemberStatus status = await client.Maintenance.StatusAsync(cancellationToken).ConfigureAwait(false);
                KvHash hash = await KeyHash.ReadAsync(client, member.Health.Endpoint!, status.Header, revision, limit, cancellationToken)
                    .ConfigureAwait(false);
                return (member.Id, (uint?)hash.Hash);
            }
            catch (EtcdRpcException)
            {
                return (member.Id, (uint?)null); // named as not compared
            }
        })).ConfigureAwait(false);
        return new RevisionHashes(revision, read.Where(one => one.Hash is not null).ToDictionary(one => one.Id, one => one.Hash!.Value));
    }

    private static async Task<KvHash?> HashAsync(
        SpaceFacts facts, MemberSpace member, long revision, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            return await Of(facts, member, limit).Maintenance.HashKvAsync(revision, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdRpcException e) when (e.Error is not (EtcdError.Compacted or EtcdError.FutureRevision))
        {
            return null; // named as not compared
        }
    }

    private static EtcdClient Of(SpaceFacts facts, MemberSpace member, TimeSpan limit) =>
        facts.Cluster.Client.ForEndpoint(member.Health.Endpoint!).WithCalls(limit, retry: false); // those without one are left out
}
