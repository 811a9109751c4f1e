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
        member.Step(StepKind.RefreshUnit,
        $"Rewrite the systemd unit of member {member.Name} so that it refuses to start without its data (etcd is not restarted)");

    /// <inheritdoc/>
    public override Task RunAsync(MemberSpec member, MemberJoin? join, IProgress<EtcdEvent>? events, CancellationToken cancellationToken) =>
        new MemberFiles(Work.Context.HostOf(member), member).WriteUnitAsync(Work.Name, cancellationToken);
}
