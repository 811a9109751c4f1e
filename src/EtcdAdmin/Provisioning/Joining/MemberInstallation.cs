using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Survey;

namespace EtcdAdmin.Provisioning.Joining;

/// <summary>The steps that put etcd and a member's files on one host, for members that join a cluster.</summary>
internal sealed class MemberInstallation(AdminContext context, InstallSteps install, InstallState state)
{
    // A member that joins must begin empty: with data of an earlier life etcd would go on with that one's id, which is in the log.
    private static string AsideScript => ShellScript.Of(typeof(MemberInstallation), "set-data-aside");

    private static string BackScript => ShellScript.Of(typeof(MemberInstallation), "put-data-back");

    private string? _aside;

    /// <summary>What the place of earlier data is marked with, before the time.</summary>
    public string AsideMark { get; init; } = "before-joining";

    /// <summary>That time; null is when it is moved.</summary>
    public string? AsideStamp { get; init; }

    /// <summary>
    /// Throws <see cref="StepNotUndoneException"/> where what they put on the host may not be taken back, asked when they are undone; null
    /// leaves it there, for the same command to carry on from.
    /// </summary>
    public Func<CancellationToken, Task>? RequireUndo { get; init; }

    /// <summary>Whether an earlier step of the plan has brought the programs to this machine.</summary>
    public bool IsProvided { get; init; }

    /// <summary>Whether they write the files of a member.</summary>
    /// <param name="member">The member.</param>
    /// <param name="joining">Whether it begins anew.</param>
    public bool Writes(MemberSpec member, bool joining) =>
        !state.Running.Contains(member.Name) && (joining || state.ConfigDiffers(member) || state.LacksPki(member));

    /// <summary>Adds them to a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="member">The member.</param>
    /// <param name="joining">Whether it begins anew, so that data it may have goes aside.</param>
    public void AddTo(PlanBuilder plan, MemberSpec member, bool joining)
    {
        bool lacksBinary = !state.FactsOf(member).HasBinary;
        StepText Text(string action) => new(member.HostName, action) { Member = member.Name };
        if (lacksBinary)
        {
            if (!IsProvided) plan.NextStage().Add(StepText.Here($"Provide etcd {state.Wanted.Version}"), install.ProvidePackageAsync);
            plan.NextStage().Add(Text($"Install etcd in {member.BinDirectory}") with { Leaves = $"etcd in {member.BinDirectory} on {member.HostName}" }, (_, token) => install.InstallBinaryAsync(member, token));
        }

        if (state.LacksVolume(member))
            plan.NextStage().Add(InstallSteps.VolumeText(state, member), (_, token) => install.PrepareVolumeAsync(member, token));

        // What a file system holds that is only mounted then, nobody has seen yet.
        if (joining && (state.FactsOf(member) is { HasData: true } or { HasLog: true } || state.VolumeOf(member) is { IsMade: true, IsReady: false }))
        {
            plan.NextStage().Add(
                Text($"Move the data of its earlier life in {member.Layout.DataDirectory} aside") with
                {
                    Leaves = $"the earlier data of member {member.Name} on {member.HostName}, beside {member.Layout.DataDirectory} with the ending {AsideMark}-(time)",
                },
                (_, token) => MoveAsideAsync(member, token),
                RequireUndo is null ? null : (_, token) => MoveBackAsync(member, token));
        }

        if (Writes(member, joining))
        {
            plan.NextStage().Add(
                Text($"Write configuration{(state.LacksPki(member) ? ", certificates and keys" : "")} of member {member.Name} "
                    + $"({EtcdConfiguration.Text(member.ClientUrl(state.Wanted.Tls))}, data in {member.Layout.DataDirectory})") with
                {
                    Leaves = $"configuration and certificates of member {member.Name} on {member.HostName}",
                },
                (_, token) => WriteAsync(member, token),
                RequireUndo is null ? null : (_, token) => PutBackAsync(member, token));
        }
    }

    /// <summary>Removes what was kept to undo them.</summary>
    public Task SettleAsync(MemberSpec member, CancellationToken cancellationToken) => new KeptFiles(context, member).ForgetAsync(cancellationToken);

    private async Task WriteAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        if (RequireUndo is not null) await new KeptFiles(context, member).KeepAsync(cancellationToken).ConfigureAwait(false);
        await install.WriteFilesAsync(member, cancellationToken).ConfigureAwait(false);
    }

    private async Task PutBackAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        await RequireUndo!(cancellationToken).ConfigureAwait(false); // there, or this would not be called
        await new KeptFiles(context, member).PutBackAsync(context.Stamp(), cancellationToken).ConfigureAwait(false);
    }

    private async Task MoveBackAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        if (_aside is not { } stamp) return;
        await RequireUndo!(cancellationToken).ConfigureAwait(false); // as above
        var script = new HostScript(BackScript) { Arguments = AsideArguments(member, stamp) };
        await context.HostOf(member).RunRequiredAsync($"move the data of member {member.Name} back", script, cancellationToken).ConfigureAwait(false);
    }

    private Task MoveAsideAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        _aside = AsideStamp ?? context.Stamp();
        var script = new HostScript(AsideScript) { Arguments = AsideArguments(member, _aside) };
        return context.HostOf(member).RunRequiredAsync($"move the data of member {member.Name} aside", script, cancellationToken);
    }

    private string[] AsideArguments(MemberSpec member, string stamp)
    {
        string Aside(string folder) => $"{folder}.{AsideMark}-{stamp}";
        return [member.Layout.DataDirectory, Aside(member.Layout.DataDirectory), member.WalPath ?? "", member.WalPath is { } wal ? Aside(wal) : ""];
    }
}
