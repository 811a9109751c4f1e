using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Files;

namespace EtcdAdmin.Provisioning.Phases;

/// <summary>Updates only the unit of a member, without a restart.</summary>
internal sealed class RefreshUnit(ProvisioningWork work) : Phase(work)
{
    /// <inheritdoc/>
    public override bool IsNeeded(MemberSpec member, MemberJoin? join) =>
        join is null && Work.State.HasEarlierUnit(member) && !Work.State.ConfigDiffers(member) && (Work.Runs(member) || !Work.State.LacksPki(member));

    /// <inheritdoc/>
    public override StepText Text(MemberSpec member, MemberJoin? join) =>
        member.Step(StepKind.RefreshUnit, $"Write the unit of member {member.Name}, which refuses to start without data (no restart)");

    /// <inheritdoc/>
    public override Task RunAsync(MemberSpec member, MemberJoin? join, IProgress<EtcdEvent>? events, CancellationToken cancellationToken) =>
        new MemberFiles(Work.Context.HostOf(member), member).WriteUnitAsync(Work.Name, cancellationToken);
}
