using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Members;

/// <summary>Stops all members of a cluster, the leader last, whoever that is by then.</summary>
/// <remarks>
/// A leader that is told to end hands over first, to the member it has been connected to longest, and waits for that: for 7 s with etcd's usual
/// timing (<c>TransferLeadership</c> in etcd's server.go, 5 s and two elections), if that one is ending too. When the others have ended
/// it has nobody to hand over to, and ends at once.
/// </remarks>
/// <param name="context">The surroundings.</param>
/// <param name="cluster">Whose members they are, as somebody who may ask them.</param>
/// <param name="members">All that are going to be stopped, side by side or in any order.</param>
internal sealed class WholeClusterStop(AdminContext context, EtcdCluster cluster, IReadOnlyCollection<MemberSpec> members)
{
    // For the first answer of a member, and for the leader until the others have ended: who waits longer gains nothing.
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _othersEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task<MemberSpec?>? _leader;
    private int _running = members.Count;

    /// <summary>Stops one of them.</summary>
    /// <exception cref="EtcdException">MemberStopFailed; HostUnreachable and the like.</exception>
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
            // One that could not be stopped is not waited for either.
            if (Interlocked.Decrement(ref _running) <= 1) _othersEnded.TrySetResult();
        }
    }

    /// <summary>Whether a member may have been told to end. One that was not goes on undisturbed, and need not be restarted when this is undone.</summary>
    public bool WasTold(MemberSpec member)
    {
        lock (_lock) return _told.Contains(member.Name);
    }

    private async Task WaitForOthersAsync(CancellationToken cancellationToken)
    {
        if (members.Count == 1) return;
        // Where they come one after another and the leader first, they wait for it.
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
            MemberStatus status = await cluster.Client.ForEndpoint(member.ClientUrl(cluster.Tls is not null)).WithCalls(AnswerLimit, retry: false)
                .Maintenance.StatusAsync(cancellationToken).ConfigureAwait(false);
            return !status.Leader.IsNone && status.Leader == status.Header.MemberId;
        }
        catch (Exception e) when (e is EtcdRpcException or EtcdException { ErrorId: EtcdErrorIds.CertificateInvalid })
        {
            return false; // stopped, cut off, or we have no certificate to ask with
        }
    }
}
