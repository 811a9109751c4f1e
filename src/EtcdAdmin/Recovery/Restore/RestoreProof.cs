using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Database;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Recovery.Tools;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>
/// Compares a restored cluster with the snapshot and the plan: its members, the revision, the number of keys, the same hash on every member, and
/// that it accepts writes.
/// </summary>
/// <param name="cluster">The restored cluster, with its specification and the credential of the proof.</param>
/// <param name="input">What was restored.</param>
internal sealed class RestoreProof(EtcdCluster cluster, RestoreInput input)
{
    /// <summary>
    /// The prefix of the key in the proof's write, which ends in random characters. The write is a transaction whose condition is false: all
    /// members agree on it and write it to their logs, but it changes no key and no revision.
    /// </summary>
    public const string WritePrefix = "\0etcdadmin/restore-proof/";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private SnapshotInfo Info => input.Info;

    private long Expected => input.Revision;

    /// <exception cref="EtcdException">RestoreNotProved, with what differs.</exception>
    /// <returns>The hash that all members have.</returns>
    public async Task<uint> MakeAsync(TimeProvider clock, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        await ProveMembersAsync(clock, cancellationToken).ConfigureAwait(false);
        EtcdHeader header = (await cluster.Client.Kv.QueryAsync(KeyRange.All, new RangeQuery { CountOnly = true }, cancellationToken)
            .ConfigureAwait(false)).Header;
        // Clients that reconnected may write already, so a higher revision is right.
        if (header.Revision < Expected) throw NotProved($"its revision is {header.Revision}, not {Expected}");
        long keys = await cluster.Client.Kv.CountAsync(KeyRange.All, Expected, cancellationToken).ConfigureAwait(false);
        if (keys != Info.TotalKeys) throw NotProved($"it has {keys} keys, not {Info.TotalKeys}");
        await new WriteProof(cluster, NotProved).MakeAsync(events, cancellationToken).ConfigureAwait(false);
        EqualHashes hashes = new(cluster, Expected); // raised revisions are marked compacted, and each member compacts in its own time
        return await hashes.WaitAsync(clock, cancellationToken).ConfigureAwait(false)
            ?? throw NotProved("its members do not have the same data: " + hashes.Difference);
    }

    /// <summary>Waits for all members: a member's name and client URLs are listed only after it has announced itself.</summary>
    private async Task ProveMembersAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        ClusterSpec spec = cluster.RequireSpec();
        string[] wanted = [.. spec.Members.Select(member => Describe(
            RestoredIdentity.MemberId(spec, member), member.Name, [member.PeerUrl(spec.Tls)], spec.ClientUrlsOf(member), isLearner: false)).Order(
                StringComparer.Ordinal)];
        long start = clock.GetTimestamp();
        while (true)
        {
            MemberList list = await cluster.Client.Cluster.ListAsync(linearizable: true, cancellationToken).ConfigureAwait(false);
            string[] found =
            [
                .. list.Members.Select(member => Describe(member.Id, member.Name, member.PeerUrls, member.ClientUrls, member.IsLearner)).Order(
                    StringComparer.Ordinal),
            ];
            if (found.SequenceEqual(wanted) && list.Header.ClusterId == RestoredIdentity.ClusterId(spec)) return;
            if (clock.GetElapsedTime(start) > Patience)
                throw NotProved(
                    $"its members are {string.Join(", ", found)} in cluster {list.Header.ClusterId}, and should be {string.Join(", ", wanted)} in "
                        + $"cluster {RestoredIdentity.ClusterId(spec)}");
            await Task.Delay(Interval, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private static string Describe(MemberId id, string name, IEnumerable<Uri> peers, IEnumerable<Uri> clients, bool isLearner) =>
        $"{(name.Length == 0 ? "a member that has not started" : name)} ({id}, {string.Join(' ', peers)}, "
            + $"{string.Join(' ', clients)}{(isLearner ? ", learner" : "")})";

    private EtcdException NotProved(string difference) => NotProved(difference, cause: null);

    private EtcdException NotProved(string difference, Exception? cause) => new(
        EtcdErrorIds.RestoreNotProved,
        $"Cluster '{cluster.Name}' does not match '{Info.Path}': {difference}.", cause)
    {
        Target = cluster.Name,
        NextStep =
            "Keep clients away from the cluster, make sure that nothing else starts its members or writes to them, then run the command again. "
            + "If it fails again, restore another snapshot (Test-EtcdSnapshot shows which are complete).",
    };
}
