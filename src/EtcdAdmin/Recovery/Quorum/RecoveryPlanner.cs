using System.Globalization;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Provisioning.Phases;
using EtcdAdmin.Provisioning.Survey;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>What a repair would do, and what the operator should know before confirming.</summary>
internal sealed record RecoveryPlan(Plan Plan, IReadOnlyList<string> Warnings);

/// <summary>
/// Plans the steps of a repair. The data of the other members is not moved until the source serves by itself, and the profile records how far
/// the repair has come, so that it can be interrupted at any step and continued.
/// </summary>
internal sealed class RecoveryPlanner(AdminContext context, EtcdCluster cluster, RepairClusterRequest request)
{
    private readonly ClusterSpec _spec = cluster.RequireSpec();

    private string Title => $"Repairing cluster {cluster.Name}";

    /// <summary>Plans from the loss of the quorum.</summary>
    public async Task<RecoveryPlan> RebuildAsync(
        RecoveryChoice choice, IReadOnlyList<MemberData> all, MemberDataReader reader, CancellationToken cancellationToken)
    {
        MemberData[] others = [.. all.Where(data => data != choice.Chosen && data.State != RecoveryDataState.Unreachable)];
        RecoverySpecs specs = RecoverySpecs.Make(cluster, choice, [.. others.Select(data => data.Member)]);
        InstallState state = await ReadStateAsync(specs.Final, [.. specs.Final.Members], all, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string> found = new Preflight(context, state) { Joining = true }.Check([.. specs.Final.Members.Skip(1)]);
        IReadOnlyList<HandEdit> edits = await HandEdits.ReadAsync(context, cluster, state, specs.Final.Members, cancellationToken).ConfigureAwait(
            false);
        state = state with { Running = new HashSet<string>() }; // the steps run after all members stopped
        var provisioner = new MemberProvisioner(new ProvisioningWork(context, Options(), state) { Edits = edits });
        await provisioner.PrepareAsync(specs.Final.Members, cancellationToken).ConfigureAwait(false);
        string stamp = Stamp(choice);
        var settled = new StoppedMemberData(reader, cluster, request, choice, all);
        var proof = new RecoveryProof(context, cluster.WithSpec(specs.Final), request.Timeout);
        SourceRebuild source = await SourceRebuild.MakeAsync(
            new RebuildInput(context, cluster, choice, specs, stamp, request.Timeout, settled), cancellationToken).ConfigureAwait(false);

        var plan = new PlanBuilder(Title, cluster.Name);
        provisioner.AddPhase(plan, provisioner.KeepHandEdits, specs.Final.Members);
        // Before any stop: without the programs, a stopped member could not be started again.
        provisioner.AddPhase(plan, provisioner.ProvidePackage, specs.Final.Members);
        // Also for a stopped member: a member that crashes and restarts again and again may be down at this moment only.
        foreach (MemberData data in all.Where(data => data.State != RecoveryDataState.Unreachable))
        {
            plan.Add(
                data.Member.Step(StepKind.StopMember, $"Stop member {data.Member.Name}, if it runs"),
                (_, token) => context.ServiceOf(data.Member).StopAsync(data.Member, token));
        }

        plan.NextStage().Add(
            StepText.Here(
                StepKind.CheckStoppedData, "Check that the data of all members, now that they are stopped, has not changed since this plan was made"),
            settled.ReadAsync);
        var begun = new ClusterRecovery(choice.Chosen.Member.Name, choice.Method.ToString(), stamp, IsRebuilt: false, _spec.Recovery?.Waiting ?? []);
        string why = choice.IsCarriedOn ? "continued" : Ranking(choice);
        plan.NextStage().Add(
            StepText.Here(StepKind.NoteInProfile, $"Record in the profile that cluster {cluster.Name} is rebuilt from member "
                + $"{begun.Source} ({why})") with
            { Detail = $"{begun.Source} {why}" },
            (_, token) => SaveAsync(_spec.Expecting(specs.Alone.Token) with { Recovery = begun }, token));
        provisioner.AddPhase(plan, provisioner.InstallBinaries, [specs.Source]);
        source.AddTo(plan, provisioner);
        plan.NextStage().Add(
            specs.Source.Step(StepKind.ProveMember, $"Prove that member {specs.Source.Name} serves by itself, and record it") with { VotersUp = 1 },
            async (events, token) =>
            {
                await proof.BeginAsync(cluster.WithSpec(specs.Alone), specs.Source, source.LeastRevision, events, token).ConfigureAwait(false);
                await SaveAsync(specs.After(0, choice.Method, stamp), token).ConfigureAwait(false);
            });
        var rejoin = new MemberRejoin(context, cluster, provisioner);
        for (int i = 0; i < specs.Joining.Count; i++)
        {
            int number = i + 1;
            rejoin.AddTo(
                plan, specs.Steps[i], specs.Joining[i], number + 1, (_, token) => SaveAsync(specs.After(number, choice.Method, stamp), token));
        }

        AddProof(plan, specs.Final, proof);
        return new RecoveryPlan(plan.Build(), [.. choice.Warnings, .. source.Warnings, .. found]);
    }

    /// <summary>
    /// Marks the folders for kept data. For a forced source the first copy is the one to keep, and data that was moved aside with nothing in its
    /// place is found again by this mark; data restored a second time goes to another place than the first.
    /// </summary>
    private string Stamp(RecoveryChoice choice) =>
        RecoveryPaths.Begun(cluster) is { } begun && (choice.Method == RecoveryMethod.ForceNewCluster || choice.Chosen.IsAside)
            ? begun.Stamp
            : context.Stamp();

    /// <summary>Plans from where an interrupted repair stopped: the source serves, and some members have not joined yet.</summary>
    public async Task<RecoveryPlan> RejoinAsync(CancellationToken cancellationToken)
    {
        ClusterRecovery begun = _spec.Recovery!; // checked by the caller
        Membership membership = await Membership.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        var reachable = new List<MemberSpec>();
        var warnings = new List<string>();
        foreach (MemberSpec member in begun.Waiting)
        {
            try
            {
                await context.ServiceOf(member).GetStateAsync(member, cancellationToken).ConfigureAwait(false);
                reachable.Add(member);
            }
            catch (EtcdException e)
            {
                warnings.Add($"Member {member.Name} is removed from the cluster because its host cannot be managed now: "
                    + $"{e.Message} Before the host comes back, keep its old etcd from starting. Then add the member again: Add-EtcdMember "
                    + $"{member.HostName}.");
            }
        }

        RecoverySpecs specs = RecoverySpecs.Resume(begun.Waiting.Except(reachable).Aggregate(_spec, SpecChanges.NotCleared), reachable);
        InstallState state = await ReadStateAsync(specs.Final, specs.Joining, [], cancellationToken).ConfigureAwait(false);
        warnings.AddRange(new Preflight(context, state) { Joining = true }.Check(specs.Joining));
        state = state with { Running = new HashSet<string>() };
        IReadOnlyList<HandEdit> edits = await HandEdits.ReadAsync(context, cluster, state, specs.Joining, cancellationToken).ConfigureAwait(false);
        var provisioner = new MemberProvisioner(new ProvisioningWork(context, Options(), state) { Edits = edits });
        await provisioner.PrepareAsync(specs.Joining, cancellationToken).ConfigureAwait(false);
        var rejoin = new MemberRejoin(context, cluster, provisioner);
        var proof = new RecoveryProof(context, cluster.WithSpec(specs.Final), request.Timeout);
        RecoveryMethod method = Enum.Parse<RecoveryMethod>(begun.Method);
        var plan = new PlanBuilder(Title, cluster.Name);
        provisioner.AddPhase(plan, provisioner.KeepHandEdits, specs.Joining);
        await AddStartsAsync(plan, cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < specs.Joining.Count; i++)
        {
            int number = i + 1;
            MemberSpec member = specs.Joining[i];
            Task Save(IProgress<EtcdEvent>? _, CancellationToken token) => SaveAsync(specs.After(number, method, begun.Stamp), token);
            Member? present = membership.Find(member);
            if (present is { IsLearner: false, IsStarted: true } && membership.IsUp(present.Id))
                plan.NextStage().Add(
                    StepText.Here(StepKind.SaveProfile, $"Save the profile of cluster {cluster.Name} with member {member.Name}", member.Name), Save);
            else
            {
                rejoin.AddRemoval(plan, member, present);
                rejoin.AddTo(plan, specs.Steps[i], member, membership.VotersUp + number, Save);
            }
        }

        AddProof(plan, specs.Final, proof);
        return new RecoveryPlan(plan.Build(), warnings);
    }

    /// <summary>Starts members that have joined already, because they may have been stopped since.</summary>
    private async Task AddStartsAsync(PlanBuilder plan, CancellationToken cancellationToken)
    {
        foreach (MemberSpec member in _spec.Members)
        {
            IMemberService service = context.ServiceOf(member);
            if ((await service.GetStateAsync(member, cancellationToken).ConfigureAwait(false)).IsRunning) continue;
            plan.Add(
                member.Step(StepKind.StartMember, $"Start member {member.Name}"),
                (_, token) => service.StartAsync(member, _spec.InstalledVersionOf(member), DataAtStart.Required, token));
        }
    }

    private void AddProof(PlanBuilder plan, ClusterSpec final, RecoveryProof proof) => plan.NextStage().Add(
        StepText.Here(StepKind.ProveCluster, "Prove quorum, revision, number of keys, and equal data on all members, and record it"),
        async (events, token) =>
        {
            await proof.CompleteAsync(events, token).ConfigureAwait(false);
            await SaveAsync(final with { Recovery = null }, token).ConfigureAwait(false);
        });

    private Task SaveAsync(ClusterSpec spec, CancellationToken cancellationToken) =>
        context.Profiles.SaveAsync(cluster.WithSpec(spec), cancellationToken);

    private Task<InstallState> ReadStateAsync(
        ClusterSpec wanted, IReadOnlyList<MemberSpec> members, IReadOnlyList<MemberData> all, CancellationToken cancellationToken)
    {
        // Members that wait to join again belong to the cluster too.
        MemberSpec[] known = [.. _spec.Members.Concat(all.Select(data => data.Member)).Concat(members).DistinctBy(member => member.Name)];
        return InstallState.ReadAsync(context, cluster.Name, cluster.WithSpec(_spec with { Members = known }), wanted, members, cancellationToken);
    }

    private ProvisioningOptions Options() => new() { Package = request.Package, KeyAlgorithm = request.KeyAlgorithm, Timeout = request.Timeout };

    private static string Ranking(RecoveryChoice choice) => string.Join("; ", choice.Candidates.Select(candidate => candidate.DataState switch
    {
        RecoveryDataState.Unreachable => $"{candidate.Member}: unreachable",
        RecoveryDataState.Missing => $"{candidate.Member}: no data",
        RecoveryDataState.Damaged => $"{candidate.Member}: damaged data",
        _ => string.Create(CultureInfo.InvariantCulture,
            $"{candidate.Member}: {(candidate.Term is { } term ? $"term {term}, " : "")}index {candidate.Index}, revision {candidate.Revision}"),
    }));
}
