using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Plans;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Text;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>The order of a restore: first the steps that can fail without an interruption, then the short interruption.</summary>
/// <param name="context">The environment.</param>
/// <param name="specs">The cluster before and after.</param>
/// <param name="input">The decisions.</param>
/// <param name="members">All members; the members to restore come first.</param>
/// <param name="mark">The mark in the profile that it is in progress.</param>
internal sealed class RestorePlanBuilder(
    AdminContext context, RestoreSpecs specs, RestoreInput input, IReadOnlyList<MemberRestore> members, ClusterRestore mark)
{
    private IReadOnlyList<MemberRestore> Restored => [.. members.Take(specs.Restored.Members.Count)];

    private string Name => input.Cluster.Name;

    public Plan Make(RestoreOutcome outcome, RestoreRecorder recorder, RestoreGrowth growth)
    {
        var plan = new PlanBuilder($"Restoring cluster {Name}", Name) { Subject = Subject(), Unsaid = () => outcome.ResultMessage };
        new RestoreMark(context, input.Cluster, specs.Old, mark).AddTo(
            plan, $"Record in the profile that cluster {Name} is restored from {Path.GetFileName(input.Info.Path)}", input.Info.Path, Restored);
        plan.NextStage();
        foreach (MemberRestore member in Restored)
        {
            plan.Add(
                member.Step(StepKind.MakeData,
                    $"Make the data of member {member.Member.Name} from {Path.GetFileName(input.Info.Path)}{BumpText()}") with
                {
                    Detail = $"{input.Info.Path}{BumpText()}",
                },
                (_, token) => member.MakeDataAsync(input, token),
                (_, token) => member.DiscardDataAsync(token));
        }

        new DataSwitch(context, input.Cluster, members, Restored.Count).AddTo(
            plan, name => $"Move the old data of member {name} aside and put the new data in its place");
        outcome.Alarms.AddTo(plan);
        plan.NextStage().Add(
            StepText.Here(StepKind.ProveCluster,
                $"Prove members, revision, number of keys, equal data{(Restored.Count > 1 ? " on all members" : "")}, and that writes are accepted, "
                    + "and record it"),
            (events, token) => outcome.ProveAsync(growth.Alone, events, token));
        // The record for an undo is written before a later step can fail.
        if (!input.Request.SkipBackup) recorder.AddTo(plan, Restored);
        growth.AddTo(plan);
        if (input.Request.SkipBackup) AddDeletion(plan);
        else recorder.AddTo(plan, members.Skip(Restored.Count));
        return plan.Build();
    }

    private void AddDeletion(PlanBuilder plan)
    {
        plan.TidyUp();
        foreach (MemberRestore member in members)
            plan.Add(
                member.Step(StepKind.RemoveOldData, $"Delete the old data of member {member.Member.Name} for good (this restore cannot be undone)"),
                    (_, token) =>
                member.DeleteArchivesAsync(token));
    }

    /// <summary>Describes the snapshot by cluster, time and size, because a wrong file is easily named.</summary>
    private string? Subject()
    {
        EtcdSnapshot info = input.Info;
        bool isKnown = info.ClusterName is not null || info.ClusterId is not null;
        string origin = isKnown ? $"of cluster {info.ClusterName ?? info.ClusterId.ToString()}" : "of an unknown cluster";
        string keys = info.TotalKeys == 1 ? "1 key" : $"{info.TotalKeys} keys";
        // The maker of the snapshot chose these names.
        return TerminalText.Line(string.Create(CultureInfo.InvariantCulture,
            $"from {Path.GetFileName(info.Path)} ({origin}, {keys}, revision {info.CurrentRevision}, "
                + $"{(isKnown ? "taken" : "file written")} {info.Created.UtcDateTime:yyyy-MM-dd HH:mm} UTC)"));
    }

    private string BumpText()
    {
        if (input.Bump.Amount == 0) return "";
        string reason = input.Bump.Reason is { } why ? $" ({why})" : "";
        return $", revisions raised by {input.Bump.Amount}{reason}";
    }
}
