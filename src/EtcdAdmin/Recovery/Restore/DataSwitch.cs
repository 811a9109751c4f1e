using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>The time without service of a restore and of its undoing: all members stop, folders are renamed, and the members start.</summary>
/// <param name="context">The surroundings.</param>
/// <param name="cluster">As somebody who may ask it before.</param>
/// <param name="members">All members, those first whose data is switched.</param>
/// <param name="restored">How many those are.</param>
internal sealed class DataSwitch(AdminContext context, EtcdCluster cluster, IReadOnlyList<MemberRestore> members, int restored)
{
    /// <summary>Adds its three stages, each with how it is undone.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="switching">What the middle one says of a member, by its name.</param>
    public void AddTo(PlanBuilder plan, Func<string, string> switching)
    {
        plan.NextStage();
        int up = members.Count(member => member.Serves);
        var all = new WholeClusterStop(context, cluster, [.. members.Select(member => member.Member)]);
        foreach (MemberRestore member in members)
        {
            // Whether it runs or not: one that dies and is started over and over runs at one look and does not at the next.
            StepText text = member.Serves
                ? member.Step(StepKind.StopMember, $"Stop member {member.Member.Name}") with { Interrupts = Interruption.Cluster, VotersUp = --up }
                : member.Step(StepKind.StopMember, $"Stop member {member.Member.Name}, if it runs");
            plan.Add(text, (_, token) => all.StopAsync(member.Member, token), (_, token) => member.StartIfItRanAsync(all.WasTold(member.Member), token));
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
