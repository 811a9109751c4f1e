using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Provisioning.Phases;

/// <summary>One part of creating a member on a host, or of changing a member to the wanted state.</summary>
/// <param name="work">The data that the phases share.</param>
internal abstract class Phase(ProvisioningWork work)
{
    protected ProvisioningWork Work => work;

    /// <summary>Whether the phase runs once for the cluster instead of once for each member.</summary>
    public virtual bool IsOnce => false;

    /// <summary>Whether the members are done one after the other.</summary>
    public virtual bool IsOneByOne => false;

    /// <summary>Whether the phase only proves earlier steps: once it has begun, nothing is rolled back.</summary>
    public virtual bool TidiesUp(MemberJoin? join) => false;

    /// <summary>Whether the phase is needed only for the steps before it, so that a plan without any does not have it.</summary>
    public virtual bool OnlyProvesSteps => false;

    /// <summary>Checks, before anything is planned, whether everything that the phase needs is there. Changes nothing.</summary>
    /// <param name="members">The members that the phase may be for.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    public virtual Task PrepareAsync(IReadOnlyList<MemberSpec> members, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The members in the order in which the phase handles them.</summary>
    public virtual IEnumerable<MemberSpec> Order(IReadOnlyList<MemberSpec> members) => members;

    /// <summary>Whether there is anything to do.</summary>
    /// <param name="member">The member; the first member for a phase that runs once.</param>
    /// <param name="join">How the member joins the cluster; null for a first member of a cluster.</param>
    public abstract bool IsNeeded(MemberSpec member, MemberJoin? join);

    /// <summary>The text of the step.</summary>
    public abstract StepText Text(MemberSpec member, MemberJoin? join);

    /// <summary>Runs the step. It may be run again after a failure, so it carries on from any state.</summary>
    public abstract Task RunAsync(MemberSpec member, MemberJoin? join, IProgress<EtcdEvent>? events, CancellationToken cancellationToken);

    /// <summary>Rolls the step back; null where it is not rolled back.</summary>
    public virtual StepAction? Undo(MemberSpec member, MemberJoin? join) => null;
}
