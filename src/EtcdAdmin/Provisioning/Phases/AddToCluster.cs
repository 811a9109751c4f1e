using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Provisioning.Phases;

/// <summary>Adds a member to the cluster: as a learner where etcd has learners, so that adding never costs the cluster its quorum.</summary>
internal sealed class AddToCluster(ProvisioningWork work) : Phase(work)
{
    /// <inheritdoc/>
    public override bool IsNeeded(MemberSpec member, MemberJoin? join) => join is { IsNew: true };

    /// <inheritdoc/>
    public override StepText Text(MemberSpec member, MemberJoin? join) =>
        StepText.Here(StepKind.AddMember, $"Add member {member.Name} to the cluster {(join!.Learns ? "without" : "with")} a vote",
        member.Name) with // only for a joining member
        {
            VotersUp = join.VotersBefore,
        };

    /// <inheritdoc/>
    public override Task RunAsync(MemberSpec member, MemberJoin? join, IProgress<EtcdEvent>? events, CancellationToken cancellationToken) =>
        join!.Calls.AddAsync(member, join.Learns, cancellationToken); // as above

    /// <inheritdoc/>
    public override StepAction? Undo(MemberSpec member, MemberJoin? join) =>
        join is null or { Undo: JoinUndo.Nothing } ? null : (_, token) => join.LeaveAsync(member, token);
}
