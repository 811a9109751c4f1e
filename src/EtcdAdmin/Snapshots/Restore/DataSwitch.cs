using EtcdAdmin.Clusters;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Snapshots;

/// <summary>The time without service of a restore and of its undoing: all members stop, folders are renamed, and the members start.</summary>
/// <param name="context">The surroundings.</param>
/// <param name="cluster">As somebody who may ask it before.</param>
/// <param name="members">All members, those first whose data is switched.</param>
/// <param name="restored">How many those are.</param>
internal sealed class DataSwitch(AdminContext context, EtcdCluster cluster, IReadOnlyList<MemberRestore> members, int restored)
{
    private const string WholeCluster = "the whole cluster";

    /// <summary>Adds its three stages, each with its way back.</summary>
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
                ? Text(member, $"Stop member {member.Member.Name}") with { Interrupts = WholeCluster, VotersUp = --up }
                : Text(member, $"Stop member {member.Member.Name}, if it runs");
            plan.Add(text, (_, token) => all.StopAsync(member.Member, token), (_, token) => member.StartIfItRanAsync(all.WasTold(member.Member), token));
        }

        plan.NextStage();
        foreach (MemberRestore member in members.Take(restored))
        {
            plan.Add(
                Text(member, switching(member.Member.Name)),
                (_, token) => member.SwitchAsync(token),
                (_, token) => member.SwitchBackAsync(token));
        }

        plan.NextStage();
        up = 0;
        foreach (MemberRestore member in members.Take(restored))
        {
            StepText text = Text(member, $"Start member {member.Member.Name}") with { VotersUp = ++up };
            plan.Add(text, (_, token) => member.StartAsync(token), (_, token) => member.StopAsync(token));
        }
    }

    /// <summary>While data that was replaced lies aside, the next attempt has to know where, so the note of it stays in the profile.</summary>
    /// <exception cref="StepNotUndoneException">Some does, or a host does not tell.</exception>
    public static async Task RequireNothingAsideAsync(IReadOnlyList<MemberRestore> members, CancellationToken cancellationToken)
    {
        bool[] kept = await Task.WhenAll(members.Select(member => member.HasArchiveAsync(cancellationToken))).ConfigureAwait(false);
        string[] holding = [.. members.Zip(kept).Where(pair => pair.Second).Select(pair => pair.First.Member.HostName)];
        if (holding.Length == 0) return;
        throw new StepNotUndoneException(
            $"old data still lies aside on {string.Join(", ", holding)}, or cannot be looked for there, so the profile keeps the note of where it is",
            "See that these hosts can be reached, then run the same command again; it carries on from there.");
    }

    private static StepText Text(MemberRestore member, string action) => new(member.Member.HostName, action) { Member = member.Member.Name };
}
