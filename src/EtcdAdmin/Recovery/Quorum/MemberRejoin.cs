using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Provisioning.Phases;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>The steps by which a member joins a rebuilt cluster: empty, and as a learner until it has caught up.</summary>
/// <remarks>
/// A later failure does not roll these steps back: members that have joined already serve, and the same command continues with the others.
/// </remarks>
internal sealed class MemberRejoin(AdminContext context, EtcdCluster cluster, MemberProvisioner provisioner)
{
    /// <summary>The mark in the folder names of its old data, before the time.</summary>
    public string AsideMark { get; init; } = "before-repair";

    /// <summary>The time in these folder names; null uses the time of the move.</summary>
    public string? AsideStamp { get; init; }

    /// <summary>Removes what an interrupted attempt left of a member.</summary>
    public void AddRemoval(PlanBuilder plan, MemberSpec member, Member? present)
    {
        if (present is not null)
        {
            var calls = new MembershipSteps(context, cluster);
            plan.NextStage().Add(
                StepText.Here(StepKind.RemoveMember, $"Remove member {member.Name} from the cluster", member.Name),
                (_, token) => calls.RemoveAsync(present.Id, token));
        }

        // Also for a stopped member: a member that crashes and restarts again and again may be down at this moment only.
        plan.NextStage().Add(
            member.Step(StepKind.StopMember, $"Stop member {member.Name}, if it runs"), (_, token) =>
                context.ServiceOf(member).StopAsync(member, token));
    }

    /// <summary>Adds the steps of one member.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="spec">The cluster with this member.</param>
    /// <param name="member">The member.</param>
    /// <param name="votersUp">The number of voters up once it votes.</param>
    /// <param name="record">Records that it has joined.</param>
    public void AddTo(PlanBuilder plan, ClusterSpec spec, MemberSpec member, int votersUp, StepAction record)
    {
        EtcdCluster after = cluster.WithSpec(spec);
        EtcdCluster before = after.Reaching([.. spec.Members.Where(other => other.Name != member.Name).Select(other => other.ClientUrl(spec.Tls))]);
        provisioner.AddTo(plan, [member], new MemberJoin(after, new MembershipSteps(context, before))
        {
            AsideMark = AsideMark,
            AsideStamp = AsideStamp,
            VotersAfter = votersUp,
            Record = record,
        });
    }
}
