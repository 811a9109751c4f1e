using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Plans;
using EtcdAdmin.Recovery.Restore;
using EtcdAdmin.Text;

namespace EtcdAdmin.Recovery.Undo;

/// <summary>The order of an undo: that of a restore, with the kept data instead of a snapshot.</summary>
/// <param name="context">The environment.</param>
/// <param name="specs">The cluster now, and as it was before the restore.</param>
/// <param name="input">The decisions.</param>
/// <param name="members">All members; the members that get their old data back come first.</param>
/// <param name="mark">The mark in the profile that it is in progress.</param>
internal sealed class UndoPlanBuilder(
    AdminContext context, RestoreSpecs specs, UndoInput input, IReadOnlyList<MemberRestore> members, ClusterRestore mark)
{
    private IReadOnlyList<MemberRestore> Restored => [.. members.Take(specs.Restored.Members.Count)];

    private string Name => input.Cluster.Name;

    private string Id => input.Record.Id;

    public Plan Make(UndoOutcome outcome, RestoreRecorder recorder)
    {
        var plan = new PlanBuilder($"Undoing restore {Id} of cluster {Name}", Name) { Subject = Subject(), Unsaid = () => outcome.ResultMessage };
        new RestoreMark(context, input.Cluster, specs.Old, mark).AddTo(
            plan, $"Record in the profile that restore {Id} of cluster {Name} is being undone", Id, Restored);
        if (input.Anew is { } anew)
        {
            plan.NextStage();
            foreach (MemberRestore member in Restored)
            {
                plan.Add(
                    member.Step(StepKind.MakeData, string.Create(CultureInfo.InvariantCulture, $"Make the data of member {member.Member.Name} from "
                        + $"the kept database, revisions raised by {anew.Bump.Amount}")) with
                    {
                        Detail = anew.Bump.Amount.ToString(CultureInfo.InvariantCulture),
                    },
                    (_, token) => member.MakeDataAsync(anew, token),
                    (_, token) => member.DiscardDataAsync(token));
            }
        }

        new DataSwitch(context, input.Cluster, members, Restored.Count).AddTo(
            plan, name => $"Move the present data of member {name} aside and put the data from before restore {Id} in its place");
        plan.NextStage().Add(
            StepText.Here(StepKind.ProveCluster,
                $"Prove members, cluster id, revision, equal data{(Restored.Count > 1 ? " on all members" : "")}, and that writes are accepted, and "
                    + "record it"),
            (events, token) => outcome.ProveAsync(events, token));
        // The record for undoing the undo is written before a later step can fail.
        recorder.AddTo(plan, Restored);
        MemberRetirement.AddTo(plan, context, Name, specs.Others, mark.Stamp, keepsFiles: true);
        recorder.AddTo(plan, members.Skip(Restored.Count));
        if (input.Anew is null) AddTidying(plan);
        return plan.Build();
    }

    /// <summary>Removes the copies besides the data, because the data that came back is proved.</summary>
    private void AddTidying(PlanBuilder plan)
    {
        plan.TidyUp();
        foreach (MemberRestore member in Restored)
            plan.Add(
                member.Step(StepKind.RemoveCopies,
                    $"Remove the copies of the configuration that came back with the data of member {member.Member.Name}"), (_, token) =>
                        member.ForgetKeptAsync(token));
    }

    private string Subject()
    {
        string of = input.Record.Undid is { } undid
            ? $"the undo of restore {undid}"
            : input.Record.Snapshot is { } path ? $"of {Path.GetFileName(path)}" : "of an unknown snapshot";
        string revision = input.Record.Before.Revision is { } known
            ? string.Create(CultureInfo.InvariantCulture, $", revision {known} before it")
            : "";
        return TerminalText.Line(string.Create(CultureInfo.InvariantCulture, $"({of}, {RestoreRecord.Begun(Id):yyyy-MM-dd HH:mm} "
            + $"UTC{revision})"))!; // null only for null
    }
}
