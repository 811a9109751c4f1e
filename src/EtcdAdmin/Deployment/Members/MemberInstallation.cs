using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Hosts;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Deployment;

/// <summary>The steps that put etcd and a member's files on one host, for members that join a cluster.</summary>
internal sealed class MemberInstallation(AdminContext context, InstallSteps install, InstallState state)
{
    // A member that joins must begin empty: with data of an earlier life etcd would go on with that one's id, which is in the log. The data
    // goes last, because by that it is seen that there is something to move.
    private const string AsideScript = """
        set -eu
        if [ -n "$3" ] && [ -e "$3" ]; then mv -- "$3" "$4"; fi
        if [ -e "$1/member" ]; then mv -- "$1" "$2"; fi
        """;

    /// <summary>What the place of earlier data is marked with, before the time.</summary>
    public string AsideMark { get; init; } = "before-joining";

    /// <summary>That time; null is when it is moved.</summary>
    public string? AsideStamp { get; init; }

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
            plan.NextStage().Add(new StepText("this machine", $"Provide etcd {state.Wanted.Version}"), install.ProvidePackageAsync);
            plan.NextStage().Add(Text($"Install etcd in {member.BinDirectory}"), (_, token) => install.InstallBinaryAsync(member, token));
        }

        if (state.LacksVolume(member))
            plan.NextStage().Add(InstallPlan.VolumeText(state, member), (_, token) => install.PrepareVolumeAsync(member, token));

        // What a file system holds that is only mounted then, nobody has seen yet.
        if (joining && (state.FactsOf(member) is { HasData: true } or { HasLog: true } || state.VolumeOf(member) is { IsMade: true, IsReady: false }))
        {
            plan.NextStage().Add(
                Text($"Move the data of its earlier life in {member.Layout.DataDirectory} aside"), (_, token) => MoveAsideAsync(member, token));
        }

        if (!state.Running.Contains(member.Name) && (joining || state.ConfigDiffers(member) || state.LacksPki(member)))
        {
            plan.NextStage().Add(
                Text($"Write configuration{(state.LacksPki(member) ? ", certificates and keys" : "")} of member {member.Name} "
                    + $"({EtcdConfiguration.Text(member.ClientUrl(state.Wanted.Tls))}, data in {member.Layout.DataDirectory})"),
                (_, token) => install.WriteFilesAsync(member, token));
        }
    }

    private Task MoveAsideAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        string stamp = AsideStamp ?? context.Clock.GetUtcNow().UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        string Aside(string folder) => $"{folder}.{AsideMark}-{stamp}";
        var script = new HostScript(AsideScript)
        {
            Arguments = [member.Layout.DataDirectory, Aside(member.Layout.DataDirectory), member.WalPath ?? "", member.WalPath is { } wal ? Aside(wal) : ""],
        };
        return context.HostOf(member).RunRequiredAsync($"move the data of member {member.Name} aside", script, cancellationToken);
    }
}
