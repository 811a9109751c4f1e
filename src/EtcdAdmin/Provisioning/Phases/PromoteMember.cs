using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Provisioning.Phases;

/// <summary>Waits until a joining member has caught up with the leader, and promotes it to voter.</summary>
internal sealed class PromoteMember(ProvisioningWork work) : Phase(work)
{
    /// <inheritdoc/>
    public override bool IsNeeded(MemberSpec member, MemberJoin? join) => join is not null;

    /// <inheritdoc/>
    public override StepText Text(MemberSpec member, MemberJoin? join) => Promotes(join!) // only for a joining member
        ? member.Step(StepKind.PromoteMember, $"Wait until member {member.Name} has caught up, and give it its vote") with
        {
            Detail = "vote",
            VotersUp = join!.VotersAfter,
        }
        : member.Step(StepKind.PromoteMember, $"Wait until member {member.Name} follows the leader") with
        {
            VotersUp = join!.StaysLearner ? null : join.VotersAfter,
        };

    /// <inheritdoc/>
    public override Task RunAsync(MemberSpec member, MemberJoin? join, IProgress<EtcdEvent>? events, CancellationToken cancellationToken) =>
        Promotes(join!) // as above
        ? join!.Calls.PromoteAsync(member, Work.Options.Timeout, events, cancellationToken)
        : join!.Calls.FollowAsync(member, Work.Options.Timeout, cancellationToken);

    private static bool Promotes(MemberJoin join) => join.Learns && !join.StaysLearner;
}
