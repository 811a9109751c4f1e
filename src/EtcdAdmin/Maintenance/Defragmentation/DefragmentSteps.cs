using System.Globalization;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Maintenance.Facts;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Maintenance.Defragmentation;

/// <summary>The steps that defragment members one after the other, the leader last. Learners are left alone.</summary>
/// <param name="context">The context.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="request">The request.</param>
internal sealed class DefragmentSteps(AdminContext context, EtcdCluster cluster, DefragmentRequest request)
{
    private static readonly TimeSpan CatchUpLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);

    private readonly List<EtcdDefragmentation> _done = [];
    private SpaceFacts? _known;

    /// <summary>What was done so far, in the order of the members' names.</summary>
    public IReadOnlyList<EtcdDefragmentation> Done => [.. _done.OrderBy(done => done.Member, StringComparer.Ordinal)];

    /// <summary>Lets the first step use facts that were just read. Not where an earlier step of the plan changes what they say.</summary>
    public void Start(SpaceFacts facts) => _known = facts;

    /// <summary>Notes that a member is left alone.</summary>
    public void Skip(MemberSpace member, string reason) => _done.Add(new EtcdDefragmentation
    {
        Cluster = cluster,
        Member = member.Name,
        SizeBeforeBytes = member.DatabaseBytes,
        SizeBytes = member.DatabaseBytes,
        Reason = reason,
    });

    /// <summary>Adds the steps of members that do not serve yet, whose sizes and leader are unknown.</summary>
    public void AddTo(PlanBuilder plan, IEnumerable<MemberSpec> members)
    {
        foreach (MemberSpec member in members) Add(plan, member.Name, "", Interruption.Member);
    }

    /// <summary>Adds the steps of these members.</summary>
    /// <exception cref="EtcdException">QuorumAtRisk: nobody can lead instead of the leader.</exception>
    public void AddTo(PlanBuilder plan, SpaceFacts facts, IReadOnlyList<MemberSpace> members)
    {
        foreach (MemberSpace member in members.OrderBy(member => member.Health.IsLeader == true))
        {
            bool isOnlyVoter = facts.Membership.Voters == 1;
            if (member.Health.IsLeader == true && !request.AllowLeader)
            {
                if (isOnlyVoter) throw OnlyVoter(member.Name);
                if (LeaderMover.CanMove(facts.Membership))
                {
                    plan.NextStage().Add(StepText.Here(StepKind.MoveLeader, "Move leadership to another member", member.Name),
                        (_, token) => MoveAwayAsync(member.Id, token));
                }
            }

            string gain = member.FreeBytes is { } free ? $", {ByteSizes.Show(free)} of it free" : "";
            Add(plan, member.Name, $" ({ByteSizes.Show(member.DatabaseBytes)}{gain})", isOnlyVoter ? Interruption.Cluster : Interruption.Member);
        }
    }

    private void Add(PlanBuilder plan, string member, string size, Interruption interrupts) => plan.NextStage().Add(
        StepText.Here(StepKind.DefragmentMember, $"Defragment member {member}{size}", member) with
        {
            Interrupts = interrupts,
            Leaves = $"member {member} may still be defragmenting; it serves again when it is done",
        },
        (events, token) => RunAsync(member, events, token));

    private EtcdException OnlyVoter(string member) => new(EtcdErrorIds.QuorumAtRisk,
        $"Member {member} is the only voter of cluster '{cluster.Name}', so the cluster does not serve while it is defragmented.")
    {
        Target = member,
        NextStep = "Choose a quiet moment, and use -AllowLeader.",
    };

    private async Task RunAsync(string name, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        // Sizes and leader may have changed since the plan: the members before this one were defragmented, and there may have been an election.
        SpaceFacts facts = await new DefragmentGuard(context, cluster).WaitForOthersAsync(
            name, Interlocked.Exchange(ref _known, null), cancellationToken).ConfigureAwait(false);
        MemberSpace member = facts.Choose([name])[0];
        if (DefragmentGuard.ReasonToSkip(request, member) is { } reason)
        {
            events.Message($"Member {member.Name} was not defragmented. {reason}");
            Skip(member, reason);
            return;
        }

        if (!request.AllowLeader)
        {
            if (facts.Membership.Voters == 1) throw OnlyVoter(name);
            if (facts.Membership.Leader?.Id == member.Id) await MoveAwayAsync(member.Id, cancellationToken).ConfigureAwait(false);
        }

        Uri endpoint = member.Health.Endpoint ?? throw new EtcdException(EtcdErrorIds.NotHealthy,
            $"Member {member.Name} of cluster '{cluster.Name}' has no address for clients that this machine can reach.")
        { Target = member.Name };
        DefragmentGuard.RequireRoom(member, request.ReserveBytes);
        EtcdClient client = cluster.Client.ForEndpoint(endpoint);
        long start = context.Clock.GetTimestamp();
        await DefragmentAsync(member, client, cancellationToken).ConfigureAwait(false);
        TimeSpan took = context.Clock.GetElapsedTime(start);
        await new CaughtUpGate(context).WaitAsync(cluster, member.Name, endpoint, CatchUpLimit, cancellationToken).ConfigureAwait(false);
        MemberStatus after = await client.WithCalls(CallTimeout, retry: true).Maintenance.StatusAsync(cancellationToken).ConfigureAwait(false);
        var done = new EtcdDefragmentation
        {
            Cluster = cluster,
            Member = member.Name,
            Defragmented = true,
            SizeBeforeBytes = member.DatabaseBytes,
            SizeBytes = after.DbSizeBytes,
            Duration = took,
        };
        _done.Add(done);
        events.Message(string.Create(CultureInfo.InvariantCulture,
            $"Member {member.Name} released {ByteSizes.Show(done.FreedBytes)} in {took.TotalSeconds:0.0} s; "
                + $"its database has {ByteSizes.Show(after.DbSizeBytes)}."));
    }

    private Task MoveAwayAsync(MemberId leader, CancellationToken cancellationToken)
    {
        _known = null; // it names the former leader
        return new LeaderMover(context).MoveAwayAsync(cluster, leader, cancellationToken);
    }

    private async Task DefragmentAsync(MemberSpace member, EtcdClient client, CancellationToken cancellationToken)
    {
        TimeSpan limit = request.TimeLimit ?? DefragmentationTime.Limit(member.DatabaseBytes);
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
            throw new EtcdException(e.ErrorId, $"Member {member.Name} of cluster '{cluster.Name}' did not finish its defragmentation: {e.Message}", e)
            {
                Target = member.Name,
                NextStep = "Its old database is still there, because etcd replaces it only at the end. Bring the member up (Start-EtcdMember), then "
                    + "run the same command again; it continues with the remaining members.",
            };
        }
    }
}
