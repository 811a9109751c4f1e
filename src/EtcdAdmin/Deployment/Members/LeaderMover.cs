using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning.Joining;

namespace EtcdAdmin.Deployment.Members;

/// <summary>Moves the leadership of a cluster from one voter to another, without an election timeout.</summary>
/// <param name="context">The context.</param>
public sealed class LeaderMover(AdminContext context)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // etcdserver/etcdserverpb/rpc.proto: MoveLeader is new in 3.3.
    private static readonly EtcdVersion FirstWithMove = new(3, 3, 0);

    /// <summary>Finds the present leader and the next leader.</summary>
    /// <param name="cluster">Any cluster.</param>
    /// <param name="to">The name, id or host of the next leader; null chooses the most up-to-date voter.</param>
    /// <param name="cancellationToken">Stops the calls.</param>
    /// <exception cref="EtcdException">MemberNotFound; NoLeader; RequestRefused: the member cannot lead; NotSupported: before etcd 3.3;
    /// NotHealthy.</exception>
    public async Task<LeaderMove> PlanAsync(EtcdCluster cluster, string? to, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        Membership membership = await Membership.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        Member leader = membership.Leader ?? throw new EtcdException(
            EtcdErrorIds.NoLeader, $"Cluster '{cluster.Name}' has no leader now.")
        {
            Target = cluster.Name,
            NextStep = "Check the members with Get-EtcdHealth; a quorum of the voters must be up.",
        };
        Member target = to is null ? Best(membership, leader) : Named(membership, to);
        if (target.Id != leader.Id && !CanMove(membership)) throw CannotMove(membership, leader);
        return new LeaderMove(membership.Cluster, leader.Name, target.Name, leader.Id, target.Id);
    }

    /// <summary>Moves the leadership, and waits until it has moved.</summary>
    /// <param name="move">From <see cref="PlanAsync"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The new leader.</returns>
    /// <exception cref="EtcdException">NoLeader: another member leads now, or there is no leader.</exception>
    public async Task<EtcdMember> MoveAsync(LeaderMove move, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(move);
        if (move.FromId != move.ToId) await MoveAsync(move.Cluster, move.FromId, move.ToId, cancellationToken).ConfigureAwait(false);
        return await MemberResult.ReadAsync(context, move.Cluster, move.To, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the leader can give its leadership away. Before etcd 3.3 it cannot: etcd 3.1 and 3.2 do that when they stop, and etcd 3.0
    /// leaves the other members to elect a leader after their election timeout.</summary>
    internal static bool CanMove(Membership membership) => membership.Health.Members
        .FirstOrDefault(member => member.MemberId == membership.Leader?.Id)?.RunningVersion is not { } version || version >= FirstWithMove;

    /// <summary>Moves leadership away from a member; does nothing where the member does not lead, or cannot move it.</summary>
    internal async Task MoveAwayAsync(EtcdCluster cluster, MemberId from, CancellationToken cancellationToken)
    {
        Membership membership = await Membership.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        if (membership.Leader is { } leader && leader.Id == from && CanMove(membership))
            await MoveAsync(cluster, from, Best(membership, leader).Id, cancellationToken).ConfigureAwait(false);
    }

    private async Task MoveAsync(EtcdCluster cluster, MemberId from, MemberId to, CancellationToken cancellationToken)
    {
        long start = context.Clock.GetTimestamp();
        while (true)
        {
            Membership now = await Membership.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
            if (now.Leader?.Id == to) return;
            if (context.Clock.GetElapsedTime(start) > Patience) throw NotMoved(cluster, now);
            try
            {
                // Only the leader accepts this call.
                if (now.Leader is { } leader && HealthTarget.From(now.Cluster, leader).Endpoint is { } endpoint)
                {
                    await cluster.Client.ForEndpoint(endpoint).WithCalls(CallTimeout, retry: false)
                        .Maintenance.MoveLeaderAsync(to, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (EtcdRpcException e) when (e.Kind is EtcdErrorKind.Unavailable or EtcdErrorKind.Timeout or EtcdErrorKind.Connection
                || e.Error == EtcdError.NotLeader)
            {
                // An election took place; the next read shows the leader.
            }

            await Task.Delay(Interval, context.Clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private static Member Best(Membership membership, Member leader)
    {
        EtcdHealth? best = membership.Health.Members
            .Where(member => member is { Serves: true, Reachable: true } && member.IsLearner != true && member.MemberId != leader.Id)
            .OrderBy(member => member.RaftLag ?? long.MaxValue).ThenBy(member => member.Latency ?? TimeSpan.MaxValue).FirstOrDefault();
        return best?.MemberId is { } id && membership.Find(id) is { } member ? member : throw new EtcdException(
            EtcdErrorIds.QuorumAtRisk,
            $"No other member of cluster '{membership.Cluster.Name}' can lead in place of {leader.Name}.")
        {
            Target = membership.Cluster.Name,
            NextStep = "Bring other voters up first.",
        };
    }

    private static Member Named(Membership membership, string wanted)
    {
        MemberTarget target = MemberTarget.Find(membership, wanted);
        if (target.Member is { IsLearner: false, IsStarted: true } member && membership.IsUp(member.Id)) return member;
        throw new EtcdException(EtcdErrorIds.RequestRefused,
            $"Member {target.Name} cannot lead: it {(target.Member is { IsLearner: true } ? "has no vote" : "does not answer")}.")
        { Target = target.Name };
    }

    private static EtcdException CannotMove(Membership membership, Member leader)
    {
        EtcdVersion? version = membership.Health.Members.FirstOrDefault(member => member.MemberId == leader.Id)?.RunningVersion;
        string stop = membership.Cluster.Spec is null
            ? $"stop etcd of member {leader.Name}"
            : $"restart it (Restart-EtcdMember {leader.Name} -Cluster {membership.Cluster.Name})";
        return new EtcdException(EtcdErrorIds.NotSupported,
            $"Leadership of cluster '{membership.Cluster.Name}' was not moved: member {leader.Name} leads with etcd {version}, and etcd can move "
                + "leadership since 3.3.")
        {
            Target = membership.Cluster.Name,
            NextStep = $"When the leader stops, the other members elect one of them. If {leader.Name} must not lead, {stop}.",
        };
    }

    private static EtcdException NotMoved(EtcdCluster cluster, Membership now) => new(
        EtcdErrorIds.NoLeader,
        $"Leadership of cluster '{cluster.Name}' did not move in time; {now.Leader?.Name ?? "no member"} leads.")
    {
        Target = cluster.Name,
        NextStep = "Check the members with Get-EtcdHealth, then try again.",
    };
}

/// <summary>A move of leadership.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="From">The present leader's name.</param>
/// <param name="To">The next leader's name.</param>
/// <param name="FromId">The present leader's id.</param>
/// <param name="ToId">The next leader's id.</param>
public sealed record LeaderMove(EtcdCluster Cluster, string From, string To, MemberId FromId, MemberId ToId);
