using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Phases;

namespace EtcdAdmin.Provisioning;

/// <summary>
/// Turns hosts into members: the one place where members come to be, for installing, adding, repairing, restoring and rebuilding. A plan is
/// made of phases; each looks whether it is needed, says what it does, does it, and may be able to take it back.
/// </summary>
/// <param name="work">The facts that the plan follows from.</param>
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

    /// <summary>All phases, in the order in which they are done.</summary>
    public IReadOnlyList<Phase> Phases => field ??=
    [
        ProvidePackage,
        new CreateProfile(work),
        InstallBinaries,
        new PrepareVolume(work),
        new SetDataAside(work),
        KeepHandEdits,
        WriteFiles,
        new WriteUnit(work),
        new SaveProfile(work),
        new AddToCluster(work),
        new StartMember(work),
        new RestartMember(work),
        new CatchUp(work),
        new ProveMember(work),
        new ProveCluster(work),
    ];

    /// <summary>Looks, before anything is planned, whether this machine and the cluster have what the phases need.</summary>
    /// <param name="members">The members that they are for.</param>
    /// <param name="cancellationToken">Ends the looking.</param>
    /// <exception cref="EtcdException">CertificateInvalid: the authority or the operator's certificate. PackageNotFound and its like: the programs.</exception>
    public async Task PrepareAsync(IReadOnlyList<MemberSpec> members, CancellationToken cancellationToken)
    {
        if (work.State.Existing is { } existing) ClientIdentity.Require(existing, work.Context.Clock);
        foreach (Phase phase in Phases) await phase.PrepareAsync(members, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds everything that members still need, phase by phase; what was added before is not added again.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="members">The members.</param>
    /// <param name="join">How they come into the cluster; null for those that are there from its beginning.</param>
    public void AddTo(PlanBuilder plan, IReadOnlyList<MemberSpec> members, MemberJoin? join = null)
    {
        foreach (Phase phase in Phases)
        {
            // What was proved once, and is as it should be, needs no proof.
            if (phase is ProveCluster && plan.IsEmpty && work.State.IsInstalled) continue;
            AddPhase(plan, phase, members, join);
        }
    }

    /// <summary>Adds one phase, which has to come before its turn.</summary>
    public void AddPhase(PlanBuilder plan, Phase phase, IReadOnlyList<MemberSpec> members, MemberJoin? join = null)
    {
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
