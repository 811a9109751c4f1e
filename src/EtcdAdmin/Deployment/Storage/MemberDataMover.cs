using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Ownership;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Provisioning.Phases;
using EtcdAdmin.Provisioning.Survey;
using EtcdAdmin.Provisioning.Volumes;

namespace EtcdAdmin.Deployment.Storage;

/// <summary>
/// Moves the data of a member to another device or folder of its host. The member is down while its data is copied and compared; the other
/// members serve. Until the member has caught up with the leader in the new place, a failure puts the old data back into use.
/// </summary>
/// <param name="context">The context.</param>
public sealed class MemberDataMover(AdminContext context)
{
    // A rollback may have to copy all data again.
    private static readonly TimeSpan PutBackLimit = TimeSpan.FromHours(1);

    /// <summary>Plans the move; reads the cluster and the host, and changes nothing.</summary>
    /// <param name="cluster">A managed cluster on hosts.</param>
    /// <param name="member">The member: its name, its id in hexadecimal, or its host.</param>
    /// <param name="request">The new place.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>An operation. Its plan is empty where the data is there already and the member runs. An interrupted move is carried on.</returns>
    /// <exception cref="EtcdException">
    /// ClusterNotManaged, MemberNotFound, NotSupported: a member on this machine. SpecInvalid, QuorumAtRisk, NotHealthy, DataExists, DiskFull,
    /// DeviceNotFound, DeviceInUse, DeviceNotEmpty, DeviceTooSmall, HostNotSupported, MemberDataLost.
    /// </exception>
    /// <exception cref="AggregateException">Several problems; each is an <see cref="EtcdException"/>.</exception>
    public async Task<Operation<EtcdMember>> PlanAsync(
        EtcdCluster cluster, string member, MoveDataRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        if (request.Device is null && request.Path is null) throw SpecRules.Invalid("no device or folder is given to move the data to");
        cluster.RequireSpec();
        cluster.RequireConverted();
        Membership? membership = await ReadMembershipAsync(cluster, cancellationToken).ConfigureAwait(false);
        cluster = membership?.Cluster ?? await context.Profiles.LoadAsync(cluster.Name, cancellationToken).ConfigureAwait(false);
        cluster.RequireNoTlsChange();
        MemberSpec spec = Find(cluster, membership, member);
        KeptSettings.Require(cluster.Name, context.Profiles.FileOf(cluster.Name), cluster.RequireSpec());
        await new OwnershipReader(context).RequireOursAsync(cluster, [spec], cancellationToken).ConfigureAwait(false);
        var choice = new MovePlaces(spec, request);
        MoveFacts facts = await MoveFacts.ReadAsync(context, spec, choice.Volumes, choice.Paths, cancellationToken).ConfigureAwait(false);
        MovePlan move = choice.Choose(cluster, facts);
        new MoveGuard(move, facts, request).Check();
        if (!move.IsDone) Guard(membership, spec);
        var builder = new PlanBuilder($"Moving the data of member {spec.Name} of cluster {cluster.Name}", cluster.Name) { UndoLimit = PutBackLimit };
        if (!move.IsDone || move.FilesDiffer(facts))
        {
            IReadOnlyList<HandEdit> edits =
                await HandEdits.ReadAsync(context, cluster, [spec], move.After.RequireSpec(), cancellationToken).ConfigureAwait(false);
            if (!move.IsDone || !facts.IsRunning) KeepHandEdits.AddTo(builder, context, edits);
        }

        AddSteps(builder, membership, move, facts, request);
        Plan plan = builder.Build();
        return new Operation<EtcdMember>(
            plan,
            warnings: [],
            OperationLock.Of(context, cluster.Name, cluster.RequireSpec().Members),
            again => PlanAsync(cluster, spec.Name, request, again),
            async load =>
            {
                if (!plan.IsEmpty) await MemberFiles.ForgetConfigsAsync(context, [move.New], load).ConfigureAwait(false);
                return await MemberResult.ReadAsync(context, move.After, spec.Name, load).ConfigureAwait(false);
            });
    }

    private void AddSteps(PlanBuilder plan, Membership? membership, MovePlan move, MoveFacts facts, MoveDataRequest request)
    {
        MemberSpec spec = move.New;
        var steps = new MoveSteps(context, move, request);
        if (spec.Volume is { } volume && facts.Volume(volume.MountPoint) is { IsReady: false } found)
        {
            plan.Add(PrepareVolume.Text(spec, found), (_, token) => VolumePreparer.PrepareAsync(
                context.HostOf(spec), move.Before.Name, spec.Name, volume, found, request.ForceFormat, token));
        }

        if (!move.IsDone) AddMove(plan, membership, move, facts, steps);
        else if (!facts.IsRunning && move.FilesDiffer(facts))
            plan.NextStage().Add(
                spec.Step(StepKind.WriteFiles, $"Write configuration and unit of member {spec.Name}"), (_, token) => steps.WriteFilesAsync(token));
        if (move.ProfileDiffers)
        {
            plan.NextStage().Add(
                StepText.Here(StepKind.SaveProfile, $"Save the profile of cluster {move.Before.Name}", spec.Name),
                (_, token) => context.Profiles.SaveAsync(move.After, token),
                (_, token) => steps.SaveOldProfileAsync(token));
        }

        bool starts = !facts.IsRunning || !move.IsDone;
        string[] superseded = !request.RemoveOldData
            ? []
            : move.IsDone ? [.. move.New.FormerDirectories?.Intersect(facts.Superseded) ?? []] : [move.OldDirectory];
        if (!starts && !move.ProfileDiffers && superseded.Length == 0) return;
        if (starts)
        {
            plan.NextStage().Add(
                spec.Step(StepKind.StartMember, $"Start member {spec.Name} with its data in {spec.Layout.DataDirectory}") with
                {
                    Detail = spec.Layout.DataDirectory,
                    VotersUp = membership?.VotersUp,
                },
                (_, token) => steps.StartAsync(token),
                move.IsDone ? null : (_, token) => steps.StopAgainAsync(token));
        }

        plan.NextStage().Add(spec.Step(StepKind.CatchUp, $"Wait until member {spec.Name} serves and has caught up"), steps.CatchUpAsync);
        foreach (string folder in superseded)
            plan.TidyUp().Add(spec.Step(StepKind.RemoveOldData, $"Delete the old data in {folder}") with { Detail = folder }, (_, token) =>
                steps.RemoveOldAsync(folder, token));
    }

    private void AddMove(
        PlanBuilder plan, Membership? membership, MovePlan move, MoveFacts facts, MoveSteps steps)
    {
        MemberSpec spec = move.New;
        if (membership is { Leader: { } leader, Voters: > 1 } && leader == membership.Find(spec) && LeaderMover.CanMove(membership))
        {
            plan.NextStage().Add(
                StepText.Here(StepKind.MoveLeader, "Move leadership to another member", spec.Name),
                (_, token) => new LeaderMover(context).MoveAwayAsync(move.Before, leader.Id, token));
        }

        if (facts.IsRunning)
        {
            bool votes = membership?.Find(spec) is { IsLearner: false };
            plan.NextStage().Add(
                spec.Step(StepKind.StopMember, $"Stop member {spec.Name}") with
                {
                    Interrupts = move.Before.RequireSpec().Members.Count == 1 ? Interruption.Cluster : Interruption.Member,
                    VotersUp = votes ? membership?.VotersUp - 1 : null,
                },
                (_, token) => context.ServiceOf(spec).StopAsync(spec, token),
                (_, token) => steps.StartAgainAsync(token));
        }

        if (move.Stage == MoveStage.Begin)
        {
            plan.NextStage().Add(
                spec.Step(StepKind.CopyData, $"Copy the member's data from {move.OldData} to {spec.Directory}") with
                {
                    Detail = $"{move.OldData} {spec.Directory}",
                },
                (_, token) => steps.CopyAsync(token),
                (_, token) => steps.RemoveCopyAsync(token));
            plan.NextStage().Add(
                spec.Step(StepKind.CompareCopy, "Compare the copy with its original, file by file"), (_, token) => steps.CompareAsync(token));
        }

        plan.NextStage().Add(
            spec.Step(StepKind.SwitchData, $"Move the old data aside in {move.OldDirectory} and switch member {spec.Name} to {spec.Directory}") with
            {
                Detail = $"{move.OldDirectory} {spec.Directory}",
            },
            steps.SwitchAsync,
            (_, token) => steps.PutBackAsync(token));
    }

    /// <summary>Null for a stopped cluster of one member: an interrupted move may have stopped it, and must be carried on.</summary>
    private async Task<Membership?> ReadMembershipAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        try
        {
            return await Membership.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.NotHealthy && cluster.RequireSpec().Members.Count == 1)
        {
            return null;
        }
    }

    private static MemberSpec Find(EtcdCluster cluster, Membership? membership, string wanted)
    {
        MemberSpec? spec = membership is null ? FindAlone(cluster, wanted) : MemberTarget.Find(membership, wanted).Spec;
        if (spec is { Connection: not null }) return spec;
        throw new EtcdException(EtcdErrorIds.NotSupported,
            $"Member {wanted} of cluster '{cluster.Name}' {(spec is null ? "is not in its profile" : "is on this machine")}; "
                + "data can be moved only on hosts that are managed over SSH.")
        { Target = wanted };
    }

    // The ids are not known then.
    private static MemberSpec FindAlone(EtcdCluster cluster, string wanted)
    {
        MemberSpec only = cluster.RequireSpec().Members[0];
        return wanted == only.Name || wanted == only.HostName ? only : throw new EtcdException(
            EtcdErrorIds.MemberNotFound, $"Cluster '{cluster.Name}' has no member '{wanted}', by name or host.")
        {
            Target = wanted,
            NextStep = $"Its only member is {only.Name}, which is down.",
        };
    }

    private static void Guard(Membership? membership, MemberSpec spec)
    {
        if (membership is not { Voters: > 1 } || membership.Find(spec) is not { IsLearner: false } member) return;
        membership.RequireQuorum("Moving data");
        int left = membership.VotersUp - (membership.IsUp(member.Id) ? 1 : 0);
        if (left >= QuorumCount.Of(membership.Voters)) return;
        throw membership.AtRisk(
            $"While the data of member {spec.Name} is moved, cluster '{membership.Cluster.Name}' would stop: of "
            + $"{Membership.Count(membership.Voters, "voter")} {left} would be up, and the quorum is {QuorumCount.Of(membership.Voters)}.",
            "Bring the other members up first.");
    }
}
