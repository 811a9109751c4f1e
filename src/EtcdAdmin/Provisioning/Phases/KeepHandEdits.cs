using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Events;
using EtcdAdmin.Hosts;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Survey;

namespace EtcdAdmin.Provisioning.Phases;

/// <summary>Keeps copies of files that were changed by hand, before they are replaced.</summary>
internal sealed class KeepHandEdits(ProvisioningWork work) : Phase(work)
{
    private static string KeepScript => ShellScript.Of(typeof(KeepHandEdits), "keep-hand-edits");

    /// <summary>The files of one that runs and only gets its vote are not written.</summary>
    public override bool IsNeeded(MemberSpec member, MemberJoin? join) => FindEdit(member) is not null && (join is null || !Work.Runs(member));

    /// <inheritdoc/>
    public override StepText Text(MemberSpec member, MemberJoin? join) => Text(FindEdit(member)!); // needed where there is one

    /// <inheritdoc/>
    public override Task RunAsync(MemberSpec member, MemberJoin? join, IProgress<EtcdEvent>? events, CancellationToken cancellationToken) =>
        KeepAsync(Work.Context, FindEdit(member)!, events, cancellationToken); // as above

    /// <summary>Adds the steps to a plan that does not create members.</summary>
    public static void AddTo(PlanBuilder plan, AdminContext context, IReadOnlyList<HandEdit> edits)
    {
        plan.NextStage();
        foreach (HandEdit edit in edits) plan.Add(Text(edit), (events, token) => KeepAsync(context, edit, events, token));
        plan.NextStage();
    }

    private HandEdit? FindEdit(MemberSpec member) =>
        Work.Edits.FirstOrDefault(edit => edit.Member.HostName == member.HostName && edit.Member.Layout.ConfigFile == member.Layout.ConfigFile);

    private static StepText Text(HandEdit edit) => edit.Member.Step(
        StepKind.KeepHandEdits,
        $"Keep a copy of {edit.Files} of member {edit.Member.Name}, changed by hand ({edit.Describe()}), in "
            + $"{edit.Member.Layout.ConfigDirectory}") with
    {
        Detail = $"{edit.Files}: {edit.Describe()}",
    };

    private static async Task KeepAsync(AdminContext context, HandEdit edit, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        MemberLayout layout = edit.Member.Layout;
        string time = context.Stamp();
        List<string> files = edit.Config ? [layout.ConfigFile] : [];
        if (edit.Unit) files.Add(SystemdUnit.Path(edit.Member.Unit!)); // it has one that was changed
        var script = new HostScript(KeepScript) { Arguments = [layout.ConfigDirectory, time, .. files] };
        await context.HostOf(edit.Member)
            .RunRequiredAsync($"keep a copy of {edit.Files} of member {edit.Member.Name}", script, cancellationToken).ConfigureAwait(false);
        foreach (string file in files)
            events.Message($"A copy of {file}, changed by hand on {edit.Member.HostName}, "
                + $"is kept in {layout.ConfigDirectory}/{file[(file.LastIndexOf('/') + 1)..]}.{time}.kept.");
    }
}
