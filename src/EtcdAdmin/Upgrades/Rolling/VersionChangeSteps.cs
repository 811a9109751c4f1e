using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Provisioning.Phases;
using EtcdAdmin.Provisioning.Survey;
using EtcdAdmin.Upgrades.Checks;
using EtcdAdmin.Upgrades.Checks.Gates;
using EtcdAdmin.Upgrades.V2Store;
using EtcdAdmin.Upgrades.Versions;

namespace EtcdAdmin.Upgrades.Rolling;

/// <summary>The steps of one version change: programs, snapshot, members one after the other, proof.</summary>
/// <param name="state">How far the change has come.</param>
/// <param name="change">The change.</param>
/// <param name="request">The request.</param>
/// <param name="snapshots">The folder for the snapshot.</param>
internal sealed class VersionChangeSteps(UpdateState state, VersionChange change, UpdateRequest request, string snapshots)
{
    private static readonly MinorLine FirstWithMove = new(3, 3);

    /// <summary>Adds the steps of the first change.</summary>
    /// <returns>Whether all members are done after them.</returns>
    public async Task<bool> AddToAsync(
        PlanBuilder plan, UpgradeFacts facts, MemberSpec[] changed, CancellationToken cancellationToken)
    {
        Membership membership = facts.Membership;
        MemberSpec[] chosen = [.. Choose(membership, changed)];
        bool isWhole = chosen.Length == changed.Length;
        if (facts.AbandonsDowngrade) new DowngradeSteps(state, change, request.HealthTimeout).AddCancelTo(plan);
        await AddPreparationAsync(plan, facts.Hosts!, chosen, cancellationToken).ConfigureAwait(false); // it is managed
        AddMembers(plan, membership, chosen, member =>
            facts.V2.Any(found => found.Member == member.Name && found.ObstacleTo(change.To) is { Cure: V2Cure.RaftSnapshot }),
            member => IsWritten(facts.Hosts!, member));
        if (isWhole) AddProof(plan);
        return isWhole;
    }

    /// <summary>Adds the steps of a later change. What it checks is known only when the change before it is done.</summary>
    public async Task AddLaterAsync(PlanBuilder plan, Membership membership, CancellationToken cancellationToken)
    {
        ClusterSpec spec = state.Cluster.RequireSpec();
        InstallState hosts = await InstallState.ReadAsync(
            state.Context, state.Cluster.Name, state.Cluster, UpgradeFacts.With(spec, change.To), cancellationToken).ConfigureAwait(false);
        plan.NextStage().Add(
            StepText.Here(StepKind.CheckUpgrade, $"Check whether the cluster can be upgraded to etcd {change.To}") with { Subject = $"{change.To}" },
            async (_, token) =>
            {
                Membership now = await Membership.ReadAsync(state.Context, state.Cluster, token).ConfigureAwait(false);
                UpgradeFacts facts = await UpgradeFacts.ReadAsync(
                    state.Context, now, await UpgradeFacts.ReadVersionsAsync(now, token).ConfigureAwait(false), change, request.Package,
                    snapshots, token)
                    .ConfigureAwait(false);
                UpgradeRefusal.Require(state.Cluster, change, UpgradeGates.Check(facts), request.IgnoredChecks);
            });
        MemberSpec[] all = [.. spec.Members];
        await AddPreparationAsync(plan, hosts, all, cancellationToken).ConfigureAwait(false);
        // Whether one needs a raft snapshot is known only when the change before it is done.
        AddMembers(plan, membership, [.. new RollingRestart(membership).Order(all)], _ => UpgradeFacts.V2Matters(change), _ => false);
        AddProof(plan);
    }

    private IEnumerable<MemberSpec> Choose(Membership membership, MemberSpec[] changed) => new RollingRestart(membership)
        .Order(changed.Where(member => request.Members?.Contains(member.Name) != false))
        .Take(request.PauseAfter ?? int.MaxValue);

    private async Task AddPreparationAsync(PlanBuilder plan, InstallState hosts, MemberSpec[] members, CancellationToken cancellationToken)
    {
        var options = new ProvisioningOptions
        {
            Package = request.Package with { Version = VersionRequest.For(change.To) },
            Timeout = request.HealthTimeout,
        };
        var provisioner = new MemberProvisioner(new ProvisioningWork(state.Context, options, hosts));
        MemberSpec[] wanted = [.. hosts.Wanted.Members.Where(member => members.Any(one => one.Name == member.Name))];
        await provisioner.ProvidePackage.PrepareAsync(wanted, cancellationToken).ConfigureAwait(false);
        provisioner.AddPhase(plan, provisioner.ProvidePackage, wanted);
        provisioner.AddPhase(plan, provisioner.InstallBinaries, wanted);
        if (members.Length == 0) return;
        StoredMembersSteps? stored = StoredMembers.Matter(change) ? new StoredMembersSteps(state, change) : null;
        stored?.AddRewriteTo(plan);
        plan.NextStage().Add(
            StepText.Here(StepKind.TakeSnapshot, $"Save a snapshot in {snapshots} and verify it") with
            { Subject = $"{change.To}", Detail = snapshots },
            async (events, token) =>
            {
                await state.RecordProgramsAsync(change.To, token).ConfigureAwait(false);
                state.Snapshot = await UpdateSnapshots.SaveAsync(state.Context, state.Cluster, snapshots, events, token).ConfigureAwait(false);
            });
        stored?.AddCheckTo(plan);
        if (change.Kind != VersionChangeKind.Downgrade) return;
        var downgrade = new DowngradeSteps(state, change, request.HealthTimeout);
        await downgrade.ValidateAsync(cancellationToken).ConfigureAwait(false);
        downgrade.AddTo(plan);
    }

    /// <summary>Whether an interrupted run has written the new configuration of a member that has the old version.</summary>
    private bool IsWritten(InstallState hosts, MemberSpec member)
    {
        ClusterSpec before = state.Cluster.RequireSpec();
        return before.VersionOf(member) is not null && !hosts.ConfigDiffers(hosts.Wanted.Named(member.Name)!) // both have the same members
            && !MemberFiles.IsConfig(hosts.FactsOf(member).ConfigSha256, before, member);
    }

    private void AddMembers(
        PlanBuilder plan, Membership membership, MemberSpec[] members, Func<MemberSpec, bool> needsRaftSnapshot, Func<MemberSpec, bool> isWritten)
    {
        foreach (MemberSpec member in members)
        {
            if (needsRaftSnapshot(member))
            {
                var cure = new RaftSnapshotCure(state, member, change, request.HealthTimeout);
                plan.NextStage().Add(cure.Text, (events, _) => cure.RunAsync(events));
            }

            var update = new MemberUpdate(state, member, change, request.HealthTimeout, isWritten(member));
            plan.NextStage().Add(
                member.Step(StepKind.UpdateMember,
                    $"Restart member {member.Name} with etcd {change.To}, and prove that it has the same data{Election(membership, member)}") with
                {
                    Subject = $"{member.Name} {change.To}",
                    Interrupts = membership.InterruptionBy(member),
                    VotersUp = membership.Voters,
                },
                (events, _) => update.RunAsync(events),
                (_, token) => update.UndoAsync(token));
        }
    }

    // In a later change, which member leads is known only when the change before it is done.
    private string Election(Membership membership, MemberSpec member) =>
        membership.Voters > 1 && change.From < FirstWithMove && membership.Leader?.Name == member.Name
            ? $" (the leader: etcd {change.From} cannot move leadership, so its stop takes an election)"
            : "";

    private void AddProof(PlanBuilder plan) => plan.NextStage().Add(
        StepText.Here(StepKind.ProveCluster, $"Prove that all members serve as a cluster of etcd {MinorLine.Of(change.To)}, and record it") with
        {
            Subject = $"{change.To}",
        },
        async (_, token) =>
        {
            await new ClusterVersionGate(state.Context).WaitAsync(state.Cluster, MinorLine.Of(change.To), request.HealthTimeout, token)
                .ConfigureAwait(false);
            if (change.Kind == VersionChangeKind.Downgrade)
                await new DowngradeSteps(state, change, request.HealthTimeout).WaitUntilOverAsync(token).ConfigureAwait(false);
            await new HealthGate(state.Context).WaitAsync(state.Cluster, request.HealthTimeout, token).ConfigureAwait(false);
            await state.FinishAsync(change, token).ConfigureAwait(false);
            await MemberFiles.ForgetConfigsAsync(state.Context, state.Cluster.RequireSpec().Members, token).ConfigureAwait(false);
        });
}
