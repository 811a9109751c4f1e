using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Plans;
using EtcdAdmin.Recovery.Restore;
using EtcdAdmin.Text;

namespace EtcdAdmin.Recovery.Undo;

/// <summary>The order of an undo: that of a restore, with the kept data in place of a snapshot's.</summary>
/// <param name="context">The surroundings.</param>
/// <param name="specs">The cluster now, and as it was before the restore.</param>
/// <param name="input">What was decided.</param>
/// <param name="members">All members, those first that get their data back.</param>
/// <param name="note">What the profile says while it is under way.</param>
internal sealed class UndoPlanBuilder(
    AdminContext context, RestoreSpecs specs, UndoInput input, IReadOnlyList<MemberRestore> members, ClusterRestore note)
{
    private IReadOnlyList<MemberRestore> Restored => [.. members.Take(specs.Restored.Members.Count)];

    private string Name => input.Cluster.Name;

    private string Id => input.Record.Id;

    public Plan Make(UndoOutcome outcome, RestoreNotes notes)
    {
        var plan = new PlanBuilder($"Undoing restore {Id} of cluster {Name}", Name) { Subject = Subject(), Unsaid = () => outcome.WayBack };
        new SwitchNote(context, input.Cluster, specs.Old, note).AddTo(plan, $"Note in the profile that restore {Id} of cluster {Name} is being undone", Id, Restored);
        if (input.Anew is { } anew)
        {
            plan.NextStage();
            foreach (MemberRestore member in Restored)
            {
                plan.Add(
                    member.Step(StepKind.MakeData, string.Create(CultureInfo.InvariantCulture, $"Make the data of member {member.Member.Name} from the database that was kept, revisions raised by {anew.Bump.Amount}")) with
                    {
                        Detail = anew.Bump.Amount.ToString(CultureInfo.InvariantCulture),
                    },
                    (_, token) => member.MakeDataAsync(anew, token),
                    (_, token) => member.DiscardDataAsync(token));
            }
        }

        new DataSwitch(context, input.Cluster, members, Restored.Count).AddTo(
            plan, name => $"Move the present data of member {name} aside and put that from before restore {Id} in its place");
        plan.NextStage().Add(
            StepText.Here(StepKind.ProveCluster, $"Prove members, cluster id, revision, equal data{(Restored.Count > 1 ? " on all members" : "")}, and that writes are accepted, and record it"),
            (events, token) => outcome.ProveAsync(events, token));
        // What it takes to undo the undo is noted before anything else can fail.
        notes.AddTo(plan, Restored);
        MemberRetirement.AddTo(plan, context, Name, specs.Others, note.Stamp, keepsFiles: true);
        notes.AddTo(plan, members.Skip(Restored.Count));
        if (input.Anew is null) AddTidying(plan);
        return plan.Build();
    }

    /// <summary>What came back is proved, so what was kept of it besides the data is not needed any more.</summary>
    private void AddTidying(PlanBuilder plan)
    {
        plan.TidyUp();
        foreach (MemberRestore member in Restored)
            plan.Add(member.Step(StepKind.RemoveCopies, $"Remove the copies of the configuration that came back with the data of member {member.Member.Name}"), (_, token) => member.ForgetKeptAsync(token));
    }

    private string Subject()
    {
        string of = input.Record.Undid is { } undid ? $"the undo of restore {undid}" : input.Record.Snapshot is { } path ? $"of {Path.GetFileName(path)}" : "of a snapshot that is not noted";
        string revision = input.Record.Before.Revision is { } known ? string.Create(CultureInfo.InvariantCulture, $", revision {known} before it") : "";
        return TerminalText.Line(string.Create(CultureInfo.InvariantCulture, $"({of}, {RestoreRecord.Begun(Id):yyyy-MM-dd HH:mm} UTC{revision})"))!; // not null
    }
}
