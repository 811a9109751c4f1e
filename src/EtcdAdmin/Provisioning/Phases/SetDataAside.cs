using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Events;
using EtcdAdmin.Hosts;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Provisioning.Phases;

/// <summary>Moves the old data of a member aside: with this data etcd would start with the old member id, which is in the log.</summary>
internal sealed class SetDataAside(ProvisioningWork work) : Phase(work)
{
    private static string AsideScript => ShellScript.Of(typeof(SetDataAside), "set-data-aside");

    private static string BackScript => ShellScript.Of(typeof(SetDataAside), "put-data-back");

    private readonly Dictionary<string, string> _stamps = new(StringComparer.Ordinal);

    /// <summary>Whether there is old data. A file system that is not mounted yet may have some.</summary>
    public override bool IsNeeded(MemberSpec member, MemberJoin? join) => join is { IsNew: true }
        && (Work.State.FactsOf(member) is { HasData: true } or { HasLog: true } || Work.State.VolumeOf(member) is { IsMade: true, IsReady: false });

    /// <inheritdoc/>
    public override StepText Text(MemberSpec member, MemberJoin? join) =>
        member.Step(StepKind.SetDataAside, $"Move the old data in {member.Layout.DataDirectory} aside") with
        {
            Detail = member.Layout.DataDirectory,
            // needed only for a member that joins
            Leaves = $"the old data of member {member.Name} on {member.HostName}, in {member.Layout.DataDirectory}.{join!.AsideMark}-(time)",
        };

    /// <inheritdoc/>
    public override Task RunAsync(MemberSpec member, MemberJoin? join, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        string stamp = join!.AsideStamp ?? Work.Context.Stamp(); // as above
        lock (_stamps) _stamps[member.Name] = stamp;
        var script = new HostScript(AsideScript) { Arguments = Arguments(member, join, stamp) };
        return Work.Context.HostOf(member).RunRequiredAsync($"move the data of member {member.Name} aside", script, cancellationToken);
    }

    /// <inheritdoc/>
    public override StepAction? Undo(MemberSpec member, MemberJoin? join) => join is not { Undo: JoinUndo.Everything } ? null : async (_, token) =>
    {
        if (!_stamps.TryGetValue(member.Name, out string? stamp)) return;
        await join.Calls.RequireNoVoteAsync(member, token).ConfigureAwait(false);
        var script = new HostScript(BackScript) { Arguments = Arguments(member, join, stamp) };
        await Work.Context.HostOf(member).RunRequiredAsync($"move the data of member {member.Name} back", script, token).ConfigureAwait(false);
    };

    private static string[] Arguments(MemberSpec member, MemberJoin join, string stamp)
    {
        string Aside(string folder) => $"{folder}.{join.AsideMark}-{stamp}";
        return [member.Layout.DataDirectory, Aside(member.Layout.DataDirectory), member.WalPath ?? "", member.WalPath is { } wal ? Aside(wal) : ""];
    }
}
