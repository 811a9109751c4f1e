using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Provisioning.Joining;

/// <summary>The calls that change the membership. They are repeated while the cluster elects a leader, and may be done twice.</summary>
/// <param name="context">The context.</param>
/// <param name="cluster">The cluster, reached through other members.</param>
internal sealed class MembershipSteps(AdminContext context, EtcdCluster cluster)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);

    // etcd refuses changes for a while after a change of the members ("unhealthy cluster", 5 s in server/etcdserver/server.go).
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Adds a member, unless it is in the cluster.</summary>
    public async Task AddAsync(MemberSpec member, bool learner, CancellationToken cancellationToken)
    {
        Uri peer = member.PeerUrl(cluster.RequireSpec().Tls);
        await RepeatAsync(async client =>
        {
            MemberList list = await client.Cluster.ListAsync(linearizable: true, cancellationToken).ConfigureAwait(false);
            if (Find(list.Members, member.Name, peer) is not null) return;
            if (learner) await client.Cluster.AddLearnerAsync([peer], cancellationToken).ConfigureAwait(false);
            else await client.Cluster.AddAsync([peer], cancellationToken).ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes a member, if it is in the cluster.</summary>
    public Task RemoveAsync(MemberId id, CancellationToken cancellationToken) => RepeatAsync(async client =>
    {
        MemberList list = await client.Cluster.ListAsync(linearizable: true, cancellationToken).ConfigureAwait(false);
        if (list.Members.Any(member => member.Id == id)) await client.Cluster.RemoveAsync(id, cancellationToken).ConfigureAwait(false);
    }, cancellationToken);

    /// <summary>Changes the peer URLs of a member.</summary>
    public Task UpdateAsync(MemberId id, IReadOnlyList<Uri> peers, CancellationToken cancellationToken) => RepeatAsync(async client =>
    {
        MemberList list = await client.Cluster.ListAsync(linearizable: true, cancellationToken).ConfigureAwait(false);
        if (list.Members.FirstOrDefault(member => member.Id == id) is { } found && !found.PeerUrls.SequenceEqual(peers))
            await client.Cluster.UpdateAsync(id, peers, cancellationToken).ConfigureAwait(false);
    }, cancellationToken);

    /// <summary>Removes an added member again, unless it is a voter by now: then it counts for the quorum.</summary>
    /// <exception cref="StepNotUndoneException">It is a voter and is kept.</exception>
    public async Task UndoAddAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        bool votes = false;
        await RepeatAsync(async client =>
        {
            Member? added = await FindAsync(client, member, cancellationToken).ConfigureAwait(false);
            votes = IsVoter(added);
            if (added is not null && !votes) await client.Cluster.RemoveAsync(added.Id, cancellationToken).ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false);
        if (votes) throw Stays(member);
    }

    /// <summary>Stops an undo where the member is a voter.</summary>
    /// <exception cref="StepNotUndoneException">It is a voter and is kept.</exception>
    public async Task RequireNoVoteAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        bool votes = false;
        await RepeatAsync(
            async client => votes = IsVoter(await FindAsync(client, member, cancellationToken).ConfigureAwait(false)),
                cancellationToken).ConfigureAwait(false);
        if (votes) throw Stays(member);
    }

    /// <summary>Waits until a learner has caught up, then promotes it.</summary>
    /// <param name="member">The member.</param>
    /// <param name="timeout">How long that may take.</param>
    /// <param name="events">Gets a message when it is done.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="EtcdException">LearnerNotReady: not in time. MemberStartFailed: etcd exited.</exception>
    public async Task PromoteAsync(MemberSpec member, TimeSpan timeout, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        Uri peer = member.PeerUrl(cluster.RequireSpec().Tls);
        var ended = new EndedProcess(context, [member]);
        long start = context.Clock.GetTimestamp();
        while (true)
        {
            Exception cause;
            try
            {
                MemberList list = await cluster.Client.Cluster.ListAsync(linearizable: true, cancellationToken).ConfigureAwait(false);
                if (Find(list.Members, member.Name, peer) is not { } found) throw Gone(member);
                if (!found.IsLearner) return;
                await cluster.Client.Cluster.PromoteAsync(found.Id, cancellationToken).ConfigureAwait(false);
                events.Message($"Member {member.Name} has caught up and is a voter now.");
                return;
            }
            catch (EtcdRpcException e) when (IsPassing(e) || e.Error == EtcdError.LearnerNotReady)
            {
                cause = e;
            }

            if (context.Clock.GetElapsedTime(start) >= timeout)
            {
                await ended.ThrowIfItHasEverEndedAsync(cancellationToken).ConfigureAwait(false);
                throw NotReady(member, timeout, cause);
            }

            await ended.ThrowIfEndedAsync(cancellationToken).ConfigureAwait(false);
            await Task.Delay(Interval, context.Clock, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until a learner follows the leader.</summary>
    /// <exception cref="EtcdException">MemberStartFailed, NotHealthy.</exception>
    public Task FollowAsync(MemberSpec member, TimeSpan timeout, CancellationToken cancellationToken) =>
        new MemberGate(context).WaitAsync(cluster, member, timeout, cancellationToken);

    /// <summary>Waits until a read that needs a quorum succeeds.</summary>
    /// <exception cref="EtcdRpcException">It did not succeed in time.</exception>
    public Task ProveQuorumAsync(CancellationToken cancellationToken) =>
        RepeatAsync(client => client.Cluster.ListAsync(linearizable: true, cancellationToken), cancellationToken);

    private async Task RepeatAsync(Func<EtcdClient, Task> call, CancellationToken cancellationToken)
    {
        long start = context.Clock.GetTimestamp();
        while (true)
        {
            try
            {
                await call(cluster.Client.WithCalls(CallTimeout, retry: true)).ConfigureAwait(false);
                return;
            }
            catch (EtcdRpcException e) when (IsPassing(e) && context.Clock.GetElapsedTime(start) < Patience)
            {
                await Task.Delay(Interval, context.Clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<Member?> FindAsync(EtcdClient client, MemberSpec member, CancellationToken cancellationToken)
    {
        MemberList list = await client.Cluster.ListAsync(linearizable: true, cancellationToken).ConfigureAwait(false);
        return Find(list.Members, member.Name, member.PeerUrl(cluster.RequireSpec().Tls));
    }

    private StepNotUndoneException Stays(MemberSpec member) => new(
        $"member {member.Name} is a voter already and counts for the quorum, "
            + $"so it is kept in cluster '{cluster.Name}', in the profile and on {member.HostName}",
        $"If member {member.Name} does not run, start it (Start-EtcdMember {member.Name}). Run the same command again to complete the rest. "
            + $"To remove the member, use Remove-EtcdMember {member.Name}.");

    private static bool IsVoter(Member? member) => member is { IsLearner: false, IsStarted: true };

    // Each call first checks whether its work is done, so a call with an unknown outcome may be repeated. "Member not found" may also answer
    // an addition: a new member's id is a hash of its peer URLs and the second (api/membership/member.go, computeMemberId). A member that was
    // added, removed and added again within a second has the id of the removed member, and ErrIDRemoved becomes that answer
    // (api/v3rpc/util.go; the same in 3.3 to 3.6). It passes with the second.
    private static bool IsPassing(EtcdRpcException e) =>
        e.Kind is EtcdErrorKind.Unavailable or EtcdErrorKind.Timeout or EtcdErrorKind.Connection
        || e.Error is EtcdError.Unhealthy or EtcdError.NotEnoughStartedMembers or EtcdError.MemberNotFound;

    private static Member? Find(IReadOnlyList<Member> members, string name, Uri peer) => members.FirstOrDefault(member => member.Name == name)
        ?? members.FirstOrDefault(member => member.PeerUrls.Any(url =>
            Uri.Compare(url, peer, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0));

    private static EtcdException Gone(MemberSpec member) => new(
        EtcdErrorIds.MemberNotFound, $"Member {member.Name} is no longer in the cluster: another operation removed it meanwhile. If that was not "
            + "intended, run the command again to add it.")
    { Target = member.Name };

    private static EtcdException NotReady(MemberSpec member, TimeSpan timeout, Exception cause) => new(
        EtcdErrorIds.LearnerNotReady,
        $"Member {member.Name} did not catch up with the leader within {timeout.TotalSeconds:0} s: {cause.Message}", cause)
    {
        Target = member.Name,
        NextStep = "Allow more time (-Timeout), or keep the member as a learner for now (-Learner).",
    };
}
