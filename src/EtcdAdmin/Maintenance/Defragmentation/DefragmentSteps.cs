using System.Globalization;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Maintenance.Facts;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Maintenance.Defragmentation;

/// <summary>The steps that defragment members one after the other: learners, followers, and the leader last.</summary>
/// <param name="context">The context.</param>
/// <param name="facts">The cluster.</param>
/// <param name="request">The request.</param>
internal sealed class DefragmentSteps(AdminContext context, SpaceFacts facts, DefragmentRequest request)
{
    // A slow disk writes the copy at some 10 MB per second; etcd also reads, and syncs at the end.
    private const double SlowBytesPerSecond = 4e6;
    private static readonly TimeSpan LeastLimit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan CatchUpLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);

    private readonly List<EtcdDefragmentation> _done = [];

    private EtcdCluster Cluster => facts.Cluster;

    /// <summary>What was done so far, in the order of the members' names.</summary>
    public IReadOnlyList<EtcdDefragmentation> Done => [.. _done.OrderBy(done => done.Member, StringComparer.Ordinal)];

    /// <summary>Notes that a member is left alone.</summary>
    public void Skip(MemberSpace member, string reason) => _done.Add(new EtcdDefragmentation
    {
        Cluster = Cluster,
        Member = member.Name,
        SizeBeforeBytes = member.DatabaseBytes,
        SizeBytes = member.DatabaseBytes,
        Reason = reason,
    });

    /// <summary>Adds the steps of these members.</summary>
    /// <exception cref="EtcdException">QuorumAtRisk: nobody can lead instead of the leader.</exception>
    public void AddTo(PlanBuilder plan, IReadOnlyList<MemberSpace> members)
    {
        foreach (MemberSpace member in members.OrderBy(Rank))
        {
            bool leads = member.Health.IsLeader == true;
            if (leads && !request.AllowLeader)
            {
                RequireOtherVoter(member);
                plan.NextStage().Add(StepText.Here(StepKind.MoveLeader, "Move leadership to another member", member.Name),
                    (_, token) => new LeaderMover(context).MoveAwayAsync(Cluster, member.Id, token));
            }

            string gain = member.FreeBytes is { } free ? $", {ByteSizes.Show(free)} of it free" : "";
            plan.NextStage().Add(
                StepText.Here(StepKind.DefragmentMember, $"Defragment member {member.Name} ({ByteSizes.Show(member.DatabaseBytes)}{gain})", member.Name) with
                {
                    Interrupts = facts.Membership.Voters == 1 && member.Health.IsLearner != true ? Interruption.Cluster : Interruption.Member,
                    Leaves = $"member {member.Name} may still be defragmenting; it serves again when it is done",
                },
                (events, token) => RunAsync(member, events, token));
        }
    }

    private static int Rank(MemberSpace member) => member.Health switch
    {
        { IsLearner: true } => 0,
        { IsLeader: true } => 2,
        _ => 1,
    };

    private void RequireOtherVoter(MemberSpace leader)
    {
        if (facts.Membership.Voters > 1) return;
        throw new EtcdException(EtcdErrorIds.QuorumAtRisk,
            $"Member {leader.Name} is the only voter of cluster '{Cluster.Name}', so the cluster does not serve while it is defragmented.")
        {
            Target = leader.Name,
            NextStep = "Choose a quiet moment, and use -AllowLeader.",
        };
    }

    private async Task RunAsync(MemberSpace member, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        var guard = new DefragmentGuard(context, Cluster);
        await guard.RequireOthersAsync(member, cancellationToken).ConfigureAwait(false);
        // An election since the plan may have made it the leader.
        if (!request.AllowLeader && facts.Membership.Voters > 1)
            await new LeaderMover(context).MoveAwayAsync(Cluster, member.Id, cancellationToken).ConfigureAwait(false);
        Uri endpoint = member.Health.Endpoint ?? throw new EtcdException(EtcdErrorIds.NotHealthy,
            $"Member {member.Name} of cluster '{Cluster.Name}' has no address for clients that this machine can reach.")
        { Target = member.Name };
        EtcdClient client = Cluster.Client.ForEndpoint(endpoint);
        MemberStatus before = await client.WithCalls(CallTimeout, retry: true).Maintenance.StatusAsync(cancellationToken).ConfigureAwait(false);
        MemberSpace now = member with { Health = member.Health with { DbSizeBytes = before.DbSizeBytes, DbSizeInUseBytes = before.DbSizeInUseBytes } };
        if (DefragmentGuard.NotWorthIt(request, now.DatabaseBytes, now.FreeBytes) is { } reason)
        {
            events.Message($"Member {member.Name} was not defragmented. {reason}");
            Skip(now, reason);
            return;
        }

        DefragmentGuard.RequireRoom(now, await SpaceFacts.DiskAsync(context, member.Spec, cancellationToken).ConfigureAwait(false));
        long start = context.Clock.GetTimestamp();
        await DefragmentAsync(now, client, cancellationToken).ConfigureAwait(false);
        TimeSpan took = context.Clock.GetElapsedTime(start);
        await new CaughtUpGate(context).WaitAsync(Cluster, member.Name, endpoint, CatchUpLimit, cancellationToken).ConfigureAwait(false);
        MemberStatus after = await client.WithCalls(CallTimeout, retry: true).Maintenance.StatusAsync(cancellationToken).ConfigureAwait(false);
        var done = new EtcdDefragmentation
        {
            Cluster = Cluster,
            Member = member.Name,
            Defragmented = true,
            SizeBeforeBytes = before.DbSizeBytes,
            SizeBytes = after.DbSizeBytes,
            Duration = took,
        };
        _done.Add(done);
        events.Message(string.Create(CultureInfo.InvariantCulture,
            $"Member {member.Name} released {ByteSizes.Show(done.FreedBytes)} in {took.TotalSeconds:0.0} s; its database has {ByteSizes.Show(after.DbSizeBytes)}."));
    }

    private async Task DefragmentAsync(MemberSpace member, EtcdClient client, CancellationToken cancellationToken)
    {
        TimeSpan limit = request.TimeLimit ?? LeastLimit + TimeSpan.FromSeconds(member.DatabaseBytes / SlowBytesPerSecond);
        using var over = new CancellationTokenSource(limit, context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, over.Token);
        try
        {
            await client.Maintenance.DefragmentAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (over.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new EtcdException(EtcdErrorIds.Timeout, string.Create(CultureInfo.InvariantCulture,
                $"Member {member.Name} was not defragmented within {limit.TotalSeconds:0} s. It continues, and serves again when it is done."), e)
            {
                Target = member.Name,
                NextStep = "Wait until it is healthy (Get-EtcdHealth), then run the same command again; it continues with the remaining members. "
                    + "A disk this slow is a risk for etcd.",
            };
        }
        catch (EtcdRpcException e)
        {
            throw new EtcdException(e.ErrorId, $"Member {member.Name} of cluster '{Cluster.Name}' did not finish its defragmentation: {e.Message}", e)
            {
                Target = member.Name,
                NextStep = "Its old database is still there, because etcd replaces it only at the end. Bring the member up (Start-EtcdMember), then run the "
                    + "same command again; it continues with the remaining members.",
            };
        }
    }
}
