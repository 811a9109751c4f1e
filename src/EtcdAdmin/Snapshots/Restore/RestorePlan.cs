using EtcdAdmin.Plans;

namespace EtcdAdmin.Snapshots;

/// <summary>The order of a restore: everything that can fail quietly first, then the short time without service.</summary>
internal static class RestorePlan
{
    private const string WholeCluster = "the whole cluster";

    public static Plan Make(RestoreInput input, IReadOnlyList<MemberRestore> members, RestoreOutcome outcome)
    {
        var plan = new PlanBuilder($"Restoring cluster {input.Cluster.Name}", input.Cluster.Name);
        foreach (MemberRestore member in members)
        {
            plan.Add(
                Text(member, $"Make the data of member {member.Member.Name} from {Path.GetFileName(input.Info.Path)}{BumpText(input)}"),
                (_, token) => member.MakeDataAsync(input.Info.Path, input.Bump, input.Request.SkipHashCheck, token),
                (_, token) => member.DiscardDataAsync(token));
        }

        plan.NextStage();
        int up = members.Count(member => member.WasRunning);
        foreach (MemberRestore member in members.Where(member => member.WasRunning))
        {
            StepText text = Text(member, $"Stop member {member.Member.Name}") with { Interrupts = WholeCluster, VotersUp = --up };
            plan.Add(text, (_, token) => member.StopAsync(token), (_, token) => member.StartIfItRanAsync(token));
        }

        plan.NextStage();
        foreach (MemberRestore member in members)
        {
            plan.Add(
                Text(member, $"Move the old data of member {member.Member.Name} aside and put the new in its place"),
                (_, token) => member.SwitchAsync(token),
                (_, token) => member.SwitchBackAsync(token));
        }

        plan.NextStage();
        up = 0;
        foreach (MemberRestore member in members)
        {
            StepText text = Text(member, $"Start member {member.Member.Name}") with { VotersUp = ++up };
            plan.Add(text, (_, token) => member.StartAsync(token), (_, token) => member.StopAsync(token));
        }

        plan.NextStage().Add(
            new StepText("this machine", "Prove quorum, revision, number of keys, and equal data on all members"),
            (_, token) => outcome.ProveAsync(token));
        if (!input.Request.SkipBackup) return plan.Build();

        plan.TidyUp();
        foreach (MemberRestore member in members)
        {
            plan.Add(
                Text(member, $"Delete the old data of member {member.Member.Name}"),
                (_, token) => member.DeleteBackupAsync(token));
        }

        return plan.Build();
    }

    private static StepText Text(MemberRestore member, string action) =>
        new(member.Member.HostName, action) { Member = member.Member.Name };

    private static string BumpText(RestoreInput input) => input.Bump == 0 ? "" : $", revisions raised by {input.Bump}";
}
