using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Hosts;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Provisioning.Phases;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>A source that continues with its database and log; the other members are removed from its membership.</summary>
/// <remarks>
/// etcd drops the last log entries that the member does not know to be committed (server/etcdserver/raft.go, restartAsStandaloneNode, 3.5).
/// Other members may have acknowledged them: a follower learns of a commit only with the next message. So the log is first marked as committed
/// to its end.
/// </remarks>
internal sealed class ForceNewClusterRebuild(RebuildInput input) : SourceRebuild(input)
{
    public override IReadOnlyList<string> Warnings =>
        Input.Choice.IsBehind || Input.Choice.Candidates.Any(candidate => candidate.DataState != RecoveryDataState.Usable)
            ? [$"Revisions continue from the revision of member {Source.Name}. "
                + "Afterwards restart clients that watch or cache keys: if one has seen a higher revision from another member, it misses changes, "
                + "because etcd uses these revisions again."]
            : [];

    public override long LeastRevision => Input.Choice.Chosen.Database!.CurrentRevision; // a source has a database

    public override void AddTo(PlanBuilder plan, MemberProvisioner provisioner)
    {
        plan.NextStage().Add(
            Source.Step(StepKind.KeepDataCopy, $"Keep a copy of the data of member {Source.Name}"),
            (_, token) => RunAsync($"copy the data of member {Source.Name}", RecoveryScripts.Copy,
                [Source.Layout.DataDirectory, Paths.Data, Source.WalPath ?? "", Paths.Wal], token));
        ulong uncommitted = Input.Choice.Chosen.Log.Uncommitted;
        if (uncommitted > 0)
        {
            plan.NextStage().Add(
                Source.Step(StepKind.CommitLog,
                    $"Keep the last {(uncommitted == 1 ? "entry" : $"{Number(uncommitted)} entries")} of its log, which may have been "
                        + "acknowledged") with
                { Detail = Number(uncommitted) },
                (_, token) => CommitAllAsync(token));
        }

        plan.NextStage().Add(
            Source.Step(StepKind.ForceNewCluster, $"Force member {Source.Name} to continue as a cluster of its own, "
                + "then restart it without the force option") with
            { VotersUp = 1 },
            async (events, token) =>
            {
                await ForceAsync(provisioner.WriteFiles, events, token).ConfigureAwait(false);
                await Service.StartAsync(Source, Version, DataAtStart.Required, token).ConfigureAwait(false);
            });
    }

    private async Task CommitAllAsync(CancellationToken cancellationToken)
    {
        MemberData data = Input.Settled.Source;
        // A running etcd writes the commit index of its log only when it is stopped.
        if (data.Log is not { Uncommitted: > 0, Segment: { } segment }) return;
        using var record = new MemoryStream(data.Log.CommitAll(), writable: false);
        var script = new HostScript(RecoveryScripts.Append)
        {
            Arguments = [$"{data.Listing!.WalDirectory}/{segment}", Number((ulong)data.Log.End)], // the log was listed
            StandardInput = record,
        };
        await Host.RunRequiredAsync($"mark the log of member {Source.Name} as committed", script, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Starts it with the force option until it is alone. In every case it is then stopped and the option removed from its configuration.
    /// </summary>
    private async Task ForceAsync(WriteFiles files, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        EtcdCluster alone = Input.Cluster.WithSpec(Input.Specs.Alone);
        await files.WriteAsync(Source, cancellationToken).ConfigureAwait(false); // also files that it lacks
        try
        {
            await new MemberFiles(Host, Source).WriteConfigAsync(
                EtcdConfiguration.RenderForced(Input.Specs.Final, Source), cancellationToken).ConfigureAwait(false);
            await Service.StartAsync(Source, Version, DataAtStart.Required, cancellationToken).ConfigureAwait(false);
            await new MemberGate(Input.Context).WaitAsync(alone, Source, Input.Timeout, cancellationToken).ConfigureAwait(false);
            await RemoveOthersAsync(alone, events, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.MemberStartFailed)
        {
            throw new EtcdException(e.ErrorId, e.Message, e)
            {
                Target = e.Target,
                NextStep =
                    "Run the command again with -Method Restore, which needs only the database; entries that are only in the log are then lost.",
            };
        }
        finally
        {
            await LetGoAsync(files).ConfigureAwait(false);
        }
    }

    /// <summary>Removes the force option: with it, the next start would drop members that have joined by then.</summary>
    private async Task LetGoAsync(WriteFiles files)
    {
        using var limit = new CancellationTokenSource(Input.Timeout);
        await Service.StopAsync(Source, limit.Token).ConfigureAwait(false);
        await files.WriteAsync(Source, limit.Token).ConfigureAwait(false);
    }

    /// <summary>Removes learners that etcd overlooks because they are in its last raft snapshot (etcd issue 20893).</summary>
    private async Task RemoveOthersAsync(EtcdCluster alone, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        MemberId own = (await alone.Client.Maintenance.StatusAsync(cancellationToken).ConfigureAwait(false)).Header.MemberId;
        MemberList list = await alone.Client.Cluster.ListAsync(linearizable: false, cancellationToken).ConfigureAwait(false);
        var calls = new MembershipSteps(Input.Context, alone);
        foreach (Member other in list.Members.Where(member => member.Id != own))
        {
            events.Message($"Member {other.Name} ({other.Id}) was left in the membership; removing it.");
            await calls.RemoveAsync(other.Id, cancellationToken).ConfigureAwait(false);
        }
    }
}
