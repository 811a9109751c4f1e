using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Members;

/// <summary>Stops all members of a cluster, the current leader last.</summary>
/// <remarks>A stopping leader first moves the leadership to the member it has been connected to longest, and waits for that: for 7 s with etcd's
/// default timing (<c>TransferLeadership</c> in etcd's server.go, 5 s and two elections), if that member is stopping too. Once the other members have
/// stopped, the leader has no member to move the leadership to, and stops at once.</remarks>
/// <param name="context">The environment.</param>
/// <param name="cluster">The cluster of the members, with a user that may query them.</param>
/// <param name="members">All members to be stopped, in parallel or in any order.</param>
internal sealed class WholeClusterStop(AdminContext context, EtcdCluster cluster, IReadOnlyCollection<MemberSpec> members)
{
    // For the first answer of a member, and for the leader until the other members have stopped: a longer wait has no benefit.
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _othersEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task<MemberSpec?>? _leader;
    private int _running = members.Count;

    /// <summary>Stops one member.</summary>
    /// <exception cref="EtcdException">MemberStopFailed; HostUnreachable and similar errors.</exception>
    public async Task StopAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        Task<MemberSpec?> leader;
        lock (_lock) leader = _leader ??= FindLeaderAsync(cancellationToken);
        try
        {
            if (await leader.ConfigureAwait(false) == member) await WaitForOthersAsync(cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            lock (_lock) _told.Add(member.Name);
            await context.ServiceOf(member).StopAsync(member, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // A member that could not be stopped is not waited for either.
            if (Interlocked.Decrement(ref _running) <= 1) _othersEnded.TrySetResult();
        }
    }

    /// <summary>Whether the stop of a member may have been requested. A member without a request is still running and need not be restarted by an
    /// undo.</summary>
    public bool WasTold(MemberSpec member)
    {
        lock (_lock) return _told.Contains(member.Name);
    }

    private async Task WaitForOthersAsync(CancellationToken cancellationToken)
    {
        if (members.Count == 1) return;
        // If they are stopped one after another and the leader comes first, the others wait for it.
        await Task.WhenAny(_othersEnded.Task, Task.Delay(Patience, context.Clock, cancellationToken)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task<MemberSpec?> FindLeaderAsync(CancellationToken cancellationToken)
    {
        bool[] leads = await Task.WhenAll(members.Select(member => LeadsAsync(member, cancellationToken))).ConfigureAwait(false);
        return members.Zip(leads).FirstOrDefault(pair => pair.Second).First;
    }

    private async Task<bool> LeadsAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        try
        {
            Uri endpoint = member.ClientUrl(cluster.Spec?.Tls ?? cluster.Tls is not null);
            EtcdClient client = cluster.Client.ForEndpoint(endpoint).WithCalls(AnswerLimit, retry: false);
            MemberStatus status = await MemberQuery.StatusAsync(cluster, client, cancellationToken).ConfigureAwait(false);
            return !status.Leader.IsNone && status.Leader == status.Header.MemberId;
        }
        catch (Exception e) when (e is EtcdRpcException or EtcdException { ErrorId: EtcdErrorIds.CertificateInvalid })
        {
            return false; // stopped, unreachable, or there is no certificate to query it with
        }
    }
}
