using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Provisioning.Phases;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>The steps by which a member joins a rebuilt cluster: empty, without a vote until it has caught up.</summary>
/// <remarks>
/// None of them is taken back when a later one fails: what has joined by then serves, and the same command carries on with the rest.
/// </remarks>
internal sealed class MemberRejoin(AdminContext context, EtcdCluster cluster, MemberProvisioner provisioner)
{
    /// <summary>What the place of its earlier data is marked with, before the time.</summary>
    public string AsideMark { get; init; } = "before-repair";

    /// <summary>The time in that mark; null is when it is moved.</summary>
    public string? AsideStamp { get; init; }

    /// <summary>Takes back what an attempt that was broken off left of a member.</summary>
    public void AddRemoval(PlanBuilder plan, MemberSpec member, Member? present)
    {
        if (present is not null)
        {
            var calls = new MembershipSteps(context, cluster);
            plan.NextStage().Add(
                StepText.Here(StepKind.RemoveMember, $"Remove member {member.Name} from the cluster", member.Name),
                (_, token) => calls.RemoveAsync(present.Id, token));
        }

        // Whether it runs or not: one that dies and is started over and over runs at one look and does not at the next.
        plan.NextStage().Add(
            member.Step(StepKind.StopMember, $"Stop member {member.Name}, if it runs"), (_, token) => context.ServiceOf(member).StopAsync(member, token));
    }

    /// <summary>Adds the steps of one member.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="spec">The cluster with it.</param>
    /// <param name="member">The member.</param>
    /// <param name="votersUp">How many are up once it votes.</param>
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
