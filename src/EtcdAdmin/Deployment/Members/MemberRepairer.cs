using System.Globalization;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Provisioning.Phases;
using EtcdAdmin.Provisioning.Survey;
using EtcdAdmin.Security;

namespace EtcdAdmin.Deployment.Members;

/// <summary>The request to repair a member.</summary>
public sealed record RepairMemberRequest
{
    /// <summary>The source of etcd if the host has lost it; the version is always that of the cluster.</summary>
    public PackageRequest Package { get; init; } = new();

    /// <summary>The algorithm of new keys, if the host has lost its keys.</summary>
    public KeyAlgorithm KeyAlgorithm { get; init; } = KeyAlgorithm.EcdsaP256;

    /// <summary>The time limit for catching up.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The mark in the new name of its old data.</summary>
    internal string AsideMark { get; init; } = "before-joining";

    /// <summary>The time in that name; null means the time of the move.</summary>
    internal string? AsideStamp { get; init; }
}

/// <summary>The plan of a repair, to which other plans add their own steps.</summary>
/// <param name="Plan">The steps.</param>
/// <param name="Warnings">What the operator should know.</param>
/// <param name="Cluster">The cluster with the repaired member.</param>
/// <param name="Member">The repaired member.</param>
/// <param name="HasData">Whether there is old data, which is moved aside.</param>
internal sealed record MemberRepairPlan(PlanBuilder Plan, IReadOnlyList<string> Warnings, EtcdCluster Cluster, MemberSpec Member, bool HasData);

/// <summary>
/// Re-creates a member that has lost its data, or has damaged data, on the same host: it leaves the cluster and joins again without data, as
/// a learner until it has caught up.
/// </summary>
/// <remarks>
/// Starting it empty with its old id would be wrong: it may have confirmed writes that only it and a minority of the other members have.
/// </remarks>
/// <param name="context">The context.</param>
public sealed class MemberRepairer(AdminContext context)
{
    /// <summary>Plans the repair; reads the cluster and the host, and changes nothing.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="member">The member: its name, its id in hexadecimal, or its host.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="EtcdException">ClusterNotManaged, MemberNotFound, QuorumAtRisk, NotHealthy, and any problem of the host.</exception>
    /// <exception cref="AggregateException">Several problems of the host.</exception>
    public async Task<Operation<EtcdMember>> PlanAsync(
        EtcdCluster cluster, string member, RepairMemberRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        MemberRepairPlan repair = await BuildAsync(cluster, member, request, cancellationToken).ConfigureAwait(false);
        string name = repair.Member.Name;
        return new Operation<EtcdMember>(
            repair.Plan.Build(),
            repair.Warnings,
            OperationLock.Of(context, cluster.Name, repair.Cluster.RequireSpec().Members),
            again => PlanAsync(cluster, name, request, again),
            load => MemberResult.ReadAsync(context, repair.Cluster, name, load));
    }

    /// <summary>The same for a plan that goes on after the member serves.</summary>
    internal async Task<MemberRepairPlan> BuildAsync(
        EtcdCluster cluster, string member, RepairMemberRequest request, CancellationToken cancellationToken)
    {
        cluster.RequireSpec();
        cluster.RequireConverted();
        Membership membership = await Membership.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        cluster = membership.Cluster;
        var target = MemberTarget.Find(membership, member);
        MemberSpec spec = target.Spec ?? throw NotManaged(cluster, target);
        membership.RequireVersion();
        Guard(membership, target);

        ClusterSpec wanted = SpecChanges.Joining(cluster.RequireSpec(), spec, membership.InitialCluster(spec));
        spec = wanted.Members.First(known => known.Name == spec.Name);
        InstallState state =
            await InstallState.ReadAsync(context, cluster.Name, cluster, wanted, [spec], cancellationToken, membership.Id).ConfigureAwait(false);
        // A member that fails and is restarted again and again may run at one check and not at the next.
        bool runs = state.Running.Contains(spec.Name) || state.FactsOf(spec).UnitSha256 is not null;
        IReadOnlyList<string> warnings = new Preflight(context, state) { Joining = true, DatabaseBytes = membership.DatabaseBytes }.Check([spec]);

        IReadOnlyList<HandEdit> edits = await HandEdits.ReadAsync(context, cluster, state, [spec], cancellationToken).ConfigureAwait(false);
        var plan = new PlanBuilder($"Repairing member {spec.Name} of cluster {cluster.Name}", cluster.Name);
        state = state.WithStopped(spec);
        var options = new ProvisioningOptions { Package = request.Package, KeyAlgorithm = request.KeyAlgorithm, Timeout = request.Timeout };
        var provisioner = new MemberProvisioner(new ProvisioningWork(context, options, state) { Edits = edits });
        await provisioner.PrepareAsync([spec], cancellationToken).ConfigureAwait(false);
        EtcdCluster after = cluster.WithSpec(wanted);
        var join = new MemberJoin(after, Calls(cluster, after, spec))
        {
            Undo = JoinUndo.Membership,
            AsideMark = request.AsideMark,
            AsideStamp = request.AsideStamp,
        };
        AddSteps(plan, membership, target with { Spec = spec }, runs, provisioner, join);
        return new MemberRepairPlan(plan, warnings, after, spec, state.FactsOf(spec).HasData);
    }

    /// <summary>Calls through the other members: the repaired one does not answer, or leaves.</summary>
    private MembershipSteps Calls(EtcdCluster cluster, EtcdCluster after, MemberSpec spec) =>
        new(context, after.Reaching(cluster.WithSpec(SpecChanges.Without(cluster.RequireSpec(), spec.Name)).Endpoints));

    private void AddSteps(PlanBuilder plan, Membership membership, MemberTarget target, bool runs, MemberProvisioner provisioner, MemberJoin join)
    {
        EtcdCluster cluster = membership.Cluster;
        MemberSpec spec = target.Spec!; // planned for

        // Before the member leaves the cluster: without the programs it could not join again, and changes made by hand would be lost.
        provisioner.AddPhase(plan, provisioner.KeepHandEdits, [spec]);
        provisioner.AddPhase(plan, provisioner.ProvidePackage, [spec]);
        if (target.Member is { } present)
        {
            if (membership.Leader == present && LeaderMover.CanMove(membership))
            {
                plan.Add(
                    StepText.Here(StepKind.MoveLeader, "Move leadership to another member", spec.Name),
                    (_, token) => new LeaderMover(context).MoveAwayAsync(cluster, present.Id, token));
            }

            int up = membership.VotersUp - (!present.IsLearner && membership.IsUp(present.Id) ? 1 : 0);
            plan.NextStage().Add(
                StepText.Here(StepKind.RemoveMember, $"Remove member {spec.Name} from the cluster", spec.Name) with
                {
                    Interrupts = Interruption.Member,
                    VotersUp = up,
                    Leaves = $"member {spec.Name} is out of the cluster; run this command again to complete the repair",
                },
                (_, token) => join.Calls.RemoveAsync(present.Id, token));
        }

        if (runs)
        {
            plan.NextStage().Add(
                spec.Step(StepKind.StopMember, $"Stop member {spec.Name}"), (_, token) => context.ServiceOf(spec).StopAsync(spec, token));
        }

        provisioner.AddTo(plan, [spec], join);
    }

    private static void Guard(Membership membership, MemberTarget target)
    {
        membership.RequireQuorum("Replacing a member");
        RequireRoomForLearner(membership, target);
        if (target.Member is null or { IsLearner: true }) return;
        int voters = membership.Voters - 1;
        int up = membership.VotersUp - (membership.IsUp(target.Member.Id) ? 1 : 0);
        if (voters > 0 && up >= QuorumCount.Of(voters)) return;
        throw membership.AtRisk(
            string.Create(CultureInfo.InvariantCulture,
                $"While member {target.Name} is replaced, cluster '{membership.Cluster.Name}' has {Membership.Count(voters, "voter")}, and {up} "
                    + $"would be up."),
            $"Bring the other members up first (Start-EtcdMember). Only if they are lost for good, restore the whole cluster from a snapshot, which "
                + $"loses all writes made after the snapshot.");
    }

    /// <summary>The member joins as a learner. etcd accepts one learner unless <c>max-learners</c> is set (membership.DefaultMaxLearners).</summary>
    private static void RequireRoomForLearner(Membership membership, MemberTarget target)
    {
        ClusterSpec spec = membership.Cluster.RequireSpec();
        if (spec.Version < Membership.FirstWithLearners) return;
        Member[] learners = [.. membership.Members.Where(member => member.IsLearner && member.Id != target.Member?.Id)];
        long most = spec.Tuning.Extra?.GetValueOrDefault("max-learners") is long given ? given : 1;
        if (learners.Length < most) return;
        string names = string.Join(", ", learners.Select(learner => learner.IsStarted ? learner.Name : learner.Id.ToString()));
        throw new EtcdException(EtcdErrorIds.RequestRefused,
            $"Member {target.Name} would join as a learner, "
                + $"but cluster '{membership.Cluster.Name}' accepts no more learners: it already has {names}.")
        {
            Target = target.Name,
            NextStep =
                $"Give the learner its vote (Add-EtcdMember for its host), or remove it (Remove-EtcdMember), then run the command again. Nothing was "
                    + $"changed.",
        };
    }

    private static EtcdException NotManaged(EtcdCluster cluster, MemberTarget target) => new(
        EtcdErrorIds.ClusterNotManaged,
        $"Member {target.Name} of cluster '{cluster.Name}' is not in its profile, so its host is not known.")
    {
        Target = target.Name,
        NextStep =
            $"Copy the member into the profile first (Set-EtcdConfiguration {cluster.Name} -FromCluster). "
                + "Only if that is not possible, remove it (Remove-EtcdMember) and add a new one (Add-EtcdMember).",
    };
}
