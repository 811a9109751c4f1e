using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Provisioning.Phases;

/// <summary>
/// Defragments a joined member whose database is mostly free space. A new member stores all changes of the log that it gets, also those that were
/// deleted since, and its file keeps the size: near the quota beside small members, it would raise the alarm NOSPACE with the next writes.
/// </summary>
internal sealed class ReleaseSpace(ProvisioningWork work) : Phase(work)
{
    private const int LeastPercent = 50;
    private const long LeastBytes = 16L << 20;
    private const long ReserveBytes = 128L << 20; // etcd reserves the next file of its log, and the file system needs some room
    private const int LeastVoters = 3; // of two, the other one has no quorum meanwhile
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);

    // Longer than the pause between its two writes; twice etcd's backend-batch-interval, after which it ends a transaction of its database.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(200);

    /// <inheritdoc/>
    public override bool TidiesUp(MemberJoin? join) => join is { Undo: not JoinUndo.Nothing };

    /// <inheritdoc/>
    public override bool IsNeeded(MemberSpec member, MemberJoin? join) => join is { StaysLearner: false, Learns: true }; // 3.3 does not report it

    /// <inheritdoc/>
    public override StepText Text(MemberSpec member, MemberJoin? join) =>
        member.Step(StepKind.DefragmentMember, $"Defragment member {member.Name} if most of its database file is free") with
        {
            Interrupts = Interruption.Member,
        };

    /// <inheritdoc/>
    public override async Task RunAsync(MemberSpec member, MemberJoin? join, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        try
        {
            await ReleaseAsync(member, join!, events, cancellationToken).ConfigureAwait(false); // only for a joining member
        }
        catch (EtcdException e)
        {
            events.Warning($"Member {member.Name} serves, but was not defragmented, and its database may be much larger than those of the others. "
                + $"{e.Message} Defragment it later: {Command(member)}");
        }
    }

    private async Task ReleaseAsync(MemberSpec member, MemberJoin join, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        Uri endpoint = member.ClientUrl(join.After.RequireSpec().Tls);
        EtcdClient client = join.After.Client.ForEndpoint(endpoint);
        await WaitForDeletionAsync(client, cancellationToken).ConfigureAwait(false);
        await WriteAsync(client, cancellationToken).ConfigureAwait(false);
        MemberStatus before = await client.WithCalls(CallTimeout, retry: true).Maintenance.StatusAsync(cancellationToken).ConfigureAwait(false);
        if (before.DbSizeInUseBytes is not { } used) return;
        long free = before.DbSizeBytes - used;
        if (free < LeastBytes || free * 100 < before.DbSizeBytes * LeastPercent) return;
        string size = $"{ByteSizes.Show(free)} of the {ByteSizes.Show(before.DbSizeBytes)} in the database of member {member.Name} are free";
        if (await ReasonToWaitAsync(member, join, used, cancellationToken).ConfigureAwait(false) is { } reason)
        {
            events.Warning($"{size}, but it was not defragmented: {reason}. Defragment it later: {Command(member)}");
            return;
        }

        using var limit = new CancellationTokenSource(DefragmentationTime.Limit(before.DbSizeBytes), Work.Context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            await client.Maintenance.DefragmentAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            events.Warning($"{size}. It is still being defragmented, and serves again when that is done.");
            return;
        }

        await new CaughtUpGate(Work.Context).WaitAsync(join.After, member, Work.Options.Timeout, cancellationToken).ConfigureAwait(false);
        events.Message($"{size}; it was defragmented.");
    }

    // The member deletes the history that it has got in the background. It refuses to compact it again, but only after that has ended there
    // (server/storage/mvcc/kvstore.go, compactBarrier). Revision 1 is the empty database.
    private static async Task WaitForDeletionAsync(EtcdClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.Kv.CompactAsync(1, physical: true, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdRpcException e) when (e.Error == EtcdError.Compacted)
        {
            // see above
        }
    }

    // A member counts deleted space as free only after the next writes to its database. These change no key.
    private async Task WriteAsync(EtcdClient client, CancellationToken cancellationToken)
    {
        LeaseGrant lease = await client.Leases.GrantAsync(Lease, cancellationToken: cancellationToken).ConfigureAwait(false);
        await Task.Delay(Settling, Work.Context.Clock, cancellationToken).ConfigureAwait(false);
        await client.Leases.RevokeAsync(lease.Id, cancellationToken).ConfigureAwait(false);
        await Task.Delay(Settling, Work.Context.Clock, cancellationToken).ConfigureAwait(false);
    }

    private async Task<string?> ReasonToWaitAsync(MemberSpec member, MemberJoin join, long copyBytes, CancellationToken cancellationToken)
    {
        ClusterHealth health = await new HealthChecker(Work.Context).CheckAsync(
            join.After, new HealthOptions { SavesRevision = false, ComparesProfile = false }, cancellationToken).ConfigureAwait(false);
        if (health.Members.Count(other => other.IsLearner != true) < LeastVoters)
            return "with fewer than three voters, the cluster would not serve meanwhile";
        if (health.Members.FirstOrDefault(other => !other.Serves) is { } down) return $"member {down.Member} does not serve ({down.Reason})";
        return await DataDisk.ReadAsync(Work.Context, member, cancellationToken).ConfigureAwait(false) is { } disk
            && disk.FreeBytes < copyBytes + ReserveBytes
            ? $"the disk of {disk.Path} has only {ByteSizes.Show(disk.FreeBytes)} free"
            : null;
    }

    private string Command(MemberSpec member) => $"Optimize-EtcdMember {member.Name} -Cluster {Work.Name}.";
}
