using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Health;

/// <summary>Waits until started members answer.</summary>
internal sealed class MemberGate(AdminContext context)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly HealthOptions Options =
        new() { Timeout = TimeSpan.FromSeconds(2), LookAtProcesses = false, SavesRevision = false, ComparesProfile = false };

    /// <summary>Returns the result once the member serves, or answers in a cluster without a quorum.</summary>
    /// <exception cref="EtcdException">MemberStartFailed, NotHealthy.</exception>
    public async Task<EtcdHealth> WaitAsync(EtcdCluster cluster, MemberSpec member, TimeSpan timeout, CancellationToken cancellationToken)
    {
        MemberStart start = (await WaitAsync(cluster, [member], timeout, cancellationToken).ConfigureAwait(false))[0];
        return start.Verdict ?? throw start.Error!; // one of the two is not null
    }

    /// <summary>Returns the outcome of all members: a result once a member serves, or answers in a cluster that has no quorum and gets none from the
    /// other started members; otherwise MemberStartFailed or NotHealthy.</summary>
    public async Task<IReadOnlyList<MemberStart>> WaitAsync(
        EtcdCluster cluster, IReadOnlyList<MemberSpec> members, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var checker = new HealthChecker(context);
        var ended = members.ToDictionary(member => member.Name, member => new EndedProcess(context, [member]), StringComparer.Ordinal);
        var done = new List<MemberStart>();
        long start = context.Clock.GetTimestamp();
        for (IReadOnlyList<MemberSpec> waiting = members; waiting.Count > 0;)
        {
            ClusterHealth health = await checker.CheckAsync(cluster, Options, cancellationToken).ConfigureAwait(false);
            bool isLate = context.Clock.GetElapsedTime(start) >= timeout;
            bool canServe = Count(health, waiting).Holds;
            MemberStart?[] judged = await Task.WhenAll(waiting.Select(member =>
                JudgeAsync(member, Of(member, health), canServe, isLate, ended[member.Name], cancellationToken))).ConfigureAwait(false);
            done.AddRange(judged.OfType<MemberStart>());
            if (isLate)
                done.AddRange(waiting.Where((_, i) => judged[i] is null)
                    .Select(member =>
                        new MemberStart(member.Name, null, canServe
                        ? Late(member, Of(member, health), timeout)
                        : LacksQuorum(cluster, member, health, waiting))));
            waiting = [.. waiting.Where(member => done.All(known => known.Member != member.Name))];
            if (waiting.Count > 0) await Task.Delay(Interval, context.Clock, cancellationToken).ConfigureAwait(false);
        }

        return done;
    }

    /// <returns>Null if it neither serves nor has ended.</returns>
    private static async Task<MemberStart?> JudgeAsync(
        MemberSpec member, EtcdHealth? verdict, bool canServe, bool isLate, EndedProcess ended, CancellationToken cancellationToken)
    {
        if (verdict is { Serves: true } || (verdict is { Reachable: true } && !canServe)) return new MemberStart(member.Name, verdict, null);
        try
        {
            await (isLate ? ended.ThrowIfItHasEverEndedAsync(cancellationToken) : ended.ThrowIfEndedAsync(cancellationToken)).ConfigureAwait(false);
            return null;
        }
        catch (EtcdException e)
        {
            return new MemberStart(member.Name, null, e);
        }
    }

    private static EtcdHealth? Of(MemberSpec member, ClusterHealth health) => health.Members.FirstOrDefault(found => found.Member == member.Name);

    private static EtcdException Late(MemberSpec member, EtcdHealth? verdict, TimeSpan timeout) => new(
        EtcdErrorIds.NotHealthy,
        $"Member {member.Name} did not become available within {timeout.TotalSeconds:0} s: {verdict?.Reason ?? "it is not in the cluster"}")
    {
        Target = member.Name,
        NextStep = $"Read its log: {member.LogPlace}.",
    };

    /// <summary>The member is not the reason: the other members are needed.</summary>
    private static EtcdException LacksQuorum(EtcdCluster cluster, MemberSpec member, ClusterHealth health, IReadOnlyList<MemberSpec> waiting)
    {
        QuorumCount count = Count(health, waiting);
        string[] missing =
        [
            .. health.Members.Where(other => other.IsLearner != true && !other.Reachable && waiting.All(started => started.Name != other.Member))
                .Select(other => other.Member),
        ];
        return new EtcdException(EtcdErrorIds.NotHealthy,
            $"Member {member.Name} was started, but cluster '{cluster.Name}' has no quorum: "
                + $"{count.Up} of {count.Voters} voters are up, and {count.Quorum} are needed for a quorum. Members that do not respond: "
                + $"{string.Join(", ", missing)}.")
        {
            Target = member.Name,
            NextStep = $"Start these members too: Start-EtcdMember {string.Join(", ", missing)} -Cluster {cluster.Name}. "
                + "Only if their hosts or data are permanently lost, rebuild the cluster with Repair-EtcdCluster: the latest writes can be lost.",
        };
    }

    /// <summary>The voters that answer, including those that are waited for.</summary>
    private static QuorumCount Count(ClusterHealth health, IReadOnlyList<MemberSpec> waiting) =>
        QuorumCount.Of(health, member => member.Reachable || waiting.Any(other => other.Name == member.Member));
}
