using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Plans;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Text;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>The order of a restore: everything that can fail quietly first, then the short time without service.</summary>
/// <param name="context">The surroundings.</param>
/// <param name="specs">The cluster before and after.</param>
/// <param name="input">What was decided.</param>
/// <param name="members">All members, those first that are restored.</param>
/// <param name="note">What the profile says while it is under way.</param>
internal sealed class RestorePlanBuilder(
    AdminContext context, RestoreSpecs specs, RestoreInput input, IReadOnlyList<MemberRestore> members, ClusterRestore note)
{
    private IReadOnlyList<MemberRestore> Restored => [.. members.Take(specs.Restored.Members.Count)];

    private string Name => input.Cluster.Name;

    public Plan Make(RestoreOutcome outcome, RestoreNotes notes, RestoreGrowth growth)
    {
        var plan = new PlanBuilder($"Restoring cluster {Name}", Name) { Subject = Subject(), Unsaid = () => outcome.WayBack };
        new SwitchNote(context, input.Cluster, specs.Old, note).AddTo(plan, $"Note in the profile that cluster {Name} is restored from {Path.GetFileName(input.Info.Path)}", input.Info.Path, Restored);
        plan.NextStage();
        foreach (MemberRestore member in Restored)
        {
            plan.Add(
                member.Step(StepKind.MakeData, $"Make the data of member {member.Member.Name} from {Path.GetFileName(input.Info.Path)}{BumpText()}") with { Detail = $"{input.Info.Path}{BumpText()}" },
                (_, token) => member.MakeDataAsync(input, token),
                (_, token) => member.DiscardDataAsync(token));
        }

        new DataSwitch(context, input.Cluster, members, Restored.Count).AddTo(
            plan, name => $"Move the old data of member {name} aside and put the new in its place");
        plan.NextStage().Add(
            StepText.Here(StepKind.ProveCluster, $"Prove members, revision, number of keys, equal data{(Restored.Count > 1 ? " on all members" : "")}, and that writes are accepted, and record it"),
            (events, token) => outcome.ProveAsync(growth.Alone, events, token));
        // What it takes to go back is noted before anything else can fail.
        if (!input.Request.SkipBackup) notes.AddTo(plan, Restored);
        growth.AddTo(plan);
        if (input.Request.SkipBackup) AddDeletion(plan);
        else notes.AddTo(plan, members.Skip(Restored.Count));
        return plan.Build();
    }

    private void AddDeletion(PlanBuilder plan)
    {
        plan.TidyUp();
        foreach (MemberRestore member in members)
            plan.Add(member.Step(StepKind.RemoveOldData, $"Delete the old data of member {member.Member.Name}"), (_, token) => member.DeleteArchivesAsync(token));
    }

    /// <summary>What of: the wrong file is easily named, and is known by its cluster, its time and how much is in it.</summary>
    private string? Subject()
    {
        EtcdSnapshot info = input.Info;
        bool isNoted = info.ClusterName is not null || info.ClusterId is not null;
        string origin = isNoted ? $"of cluster {info.ClusterName ?? info.ClusterId.ToString()}" : "of a cluster that is not noted";
        string keys = info.TotalKeys == 1 ? "1 key" : $"{info.TotalKeys} keys";
        // File and cluster are named by whoever made the snapshot.
        return TerminalText.Line(string.Create(CultureInfo.InvariantCulture,
            $"from {Path.GetFileName(info.Path)} ({origin}, {keys}, revision {info.CurrentRevision}, {(isNoted ? "taken" : "file written")} {info.Created.UtcDateTime:yyyy-MM-dd HH:mm} UTC)"));
    }

    private string BumpText()
    {
        if (input.Bump.Amount == 0) return "";
        string reason = input.Bump.Reason is { } why ? $" ({why})" : "";
        return $", revisions raised by {input.Bump.Amount}{reason}";
    }
}
