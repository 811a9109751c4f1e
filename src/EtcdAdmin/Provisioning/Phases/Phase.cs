using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Provisioning.Phases;

/// <summary>One thing that has to be done for a host to become a member, or for a member to become what is wanted.</summary>
/// <param name="work">What the phases of the plan share.</param>
internal abstract class Phase(ProvisioningWork work)
{
    protected ProvisioningWork Work => work;

    /// <summary>Whether it is done once for the cluster, rather than to each member.</summary>
    public virtual bool IsOnce => false;

    /// <summary>Whether one member has to be done before the next is begun.</summary>
    public virtual bool IsOneByOne => false;

    /// <summary>Whether it only proves what was done: nothing is rolled back once it has begun.</summary>
    public virtual bool TidiesUp(MemberJoin? join) => false;

    /// <summary>Looks, before anything is planned, whether what it needs is there. Changes nothing.</summary>
    /// <param name="members">The members that it may be for.</param>
    /// <param name="cancellationToken">Ends the looking.</param>
    public virtual Task PrepareAsync(IReadOnlyList<MemberSpec> members, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The members in the order in which it is done to them.</summary>
    public virtual IEnumerable<MemberSpec> Order(IReadOnlyList<MemberSpec> members) => members;

    /// <summary>Whether there is anything to do.</summary>
    /// <param name="member">The member; for a phase that is done once the first of them.</param>
    /// <param name="join">How it comes into the cluster; null for one that is there from the cluster's beginning.</param>
    public abstract bool IsNeeded(MemberSpec member, MemberJoin? join);

    /// <summary>What the step says.</summary>
    public abstract StepText Text(MemberSpec member, MemberJoin? join);

    /// <summary>Does it. May be run again after a failure, so it carries on from whatever it finds.</summary>
    public abstract Task RunAsync(MemberSpec member, MemberJoin? join, IProgress<EtcdEvent>? events, CancellationToken cancellationToken);

    /// <summary>Takes it back; null where it is not taken back.</summary>
    public virtual StepAction? Undo(MemberSpec member, MemberJoin? join) => null;
}
