using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>The interruption of a restore or an undo: all members stop, folders are renamed, and the members start.</summary>
/// <param name="context">The environment.</param>
/// <param name="cluster">The cluster, with a credential that it accepts before the switch.</param>
/// <param name="members">All members; the members whose data is switched come first.</param>
/// <param name="restored">How many members get other data.</param>
internal sealed class DataSwitch(AdminContext context, EtcdCluster cluster, IReadOnlyList<MemberRestore> members, int restored)
{
    /// <summary>Adds the three stages, each with its rollback.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="switching">Gives the text of the switch step for a member name.</param>
    public void AddTo(PlanBuilder plan, Func<string, string> switching)
    {
        plan.NextStage();
        int up = members.Count(member => member.Serves);
        var all = new WholeClusterStop(context, cluster, [.. members.Select(member => member.Member)]);
        foreach (MemberRestore member in members)
        {
            // Also for a stopped member: a member that crashes and restarts again and again may be down at this moment only.
            StepText text = member.Serves
                ? member.Step(StepKind.StopMember, $"Stop member {member.Member.Name}") with { Interrupts = Interruption.Cluster, VotersUp = --up }
                : member.Step(StepKind.StopMember, $"Stop member {member.Member.Name}, if it runs");
            plan.Add(
                text, (_, token) => all.StopAsync(member.Member, token), (_, token) => member.StartIfItRanAsync(all.WasTold(member.Member), token));
        }

        plan.NextStage();
        foreach (MemberRestore member in members.Take(restored))
        {
            plan.Add(
                member.Step(StepKind.SwitchData, switching(member.Member.Name)),
                (_, token) => member.SwitchAsync(token),
                (_, token) => member.SwitchBackAsync(token));
        }

        plan.NextStage();
        up = 0;
        foreach (MemberRestore member in members.Take(restored))
        {
            StepText text = member.Step(StepKind.StartMember, $"Start member {member.Member.Name}") with { VotersUp = ++up };
            plan.Add(text, (_, token) => member.StartAsync(token), (_, token) => member.StopAsync(token));
        }
    }
}
