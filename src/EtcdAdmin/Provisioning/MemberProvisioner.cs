using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Phases;

namespace EtcdAdmin.Provisioning;

/// <summary>
/// Creates members on hosts, for installing, adding, repairing, restoring and rebuilding. A plan is made of phases. Each phase checks whether
/// it is needed, describes its step, runs it, and may be able to undo it.
/// </summary>
/// <param name="work">The data that the phases share.</param>
internal sealed class MemberProvisioner(ProvisioningWork work)
{
    private readonly HashSet<(Phase Phase, string Member)> _planned = [];

    /// <summary>See the class.</summary>
    public ProvidePackage ProvidePackage { get; } = new(work);

    /// <summary>See the class.</summary>
    public InstallBinaries InstallBinaries { get; } = new(work);

    /// <summary>See the class.</summary>
    public KeepHandEdits KeepHandEdits { get; } = new(work);

    /// <summary>See the class.</summary>
    public WriteFiles WriteFiles { get; } = new(work);

    /// <summary>All phases, in the order in which they run.</summary>
    public IReadOnlyList<Phase> Phases => field ??=
    [
        ProvidePackage,
        new CreateProfile(work),
        InstallBinaries,
        new PrepareVolume(work),
        new SetDataAside(work),
        KeepHandEdits,
        WriteFiles,
        new RefreshUnit(work),
        new SaveProfile(work),
        new AddToCluster(work),
        new StartMember(work),
        new RestartMember(work),
        new PromoteMember(work),
        new ProveMember(work),
        new ReleaseSpace(work),
        new ProveCluster(work),
    ];

    /// <summary>Checks, before anything is planned, whether this machine and the cluster have everything that the phases need.</summary>
    /// <param name="members">The members of the plan.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    /// <exception cref="EtcdException">
    /// CertificateInvalid: the authority or the operator's certificate. PackageNotFound and its like: the programs.
    /// </exception>
    public async Task PrepareAsync(IReadOnlyList<MemberSpec> members, CancellationToken cancellationToken)
    {
        if (work.State.Existing is { } existing) ClientIdentity.Require(existing, work.Context.Clock);
        foreach (Phase phase in Phases) await phase.PrepareAsync(members, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds all steps that members still need, phase by phase. A phase that was added before is not added again.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="members">The members.</param>
    /// <param name="join">How the members join the cluster; null for the first members of a cluster.</param>
    public void AddTo(PlanBuilder plan, IReadOnlyList<MemberSpec> members, MemberJoin? join = null)
    {
        foreach (Phase phase in Phases) AddPhase(plan, phase, members, join);
    }

    /// <summary>Adds one phase earlier than its usual place.</summary>
    public void AddPhase(PlanBuilder plan, Phase phase, IReadOnlyList<MemberSpec> members, MemberJoin? join = null)
    {
        if (phase.OnlyProvesSteps && plan.IsEmpty) return;
        MemberSpec[] needing =
        [
            .. phase.Order(members).Where(member => phase.IsNeeded(member, join)).Take(phase.IsOnce ? 1 : int.MaxValue)
                .Where(member => _planned.Add((phase, phase.IsOnce ? "" : member.Name))),
        ];
        if (needing.Length == 0) return;
        if (phase.TidiesUp(join)) plan.TidyUp();
        plan.NextStage();
        foreach (MemberSpec member in needing)
        {
            plan.Add(phase.Text(member, join), (events, token) => phase.RunAsync(member, join, events, token), phase.Undo(member, join));
            if (phase.IsOneByOne) plan.NextStage();
        }

        plan.NextStage();
    }
}
