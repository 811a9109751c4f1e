using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Clusters.Services;

/// <summary>Keeps a member that has joined its cluster from being started without its data, whoever starts it.</summary>
internal static class MemberDataCheck
{
    /// <summary>What <c>require_data</c> ends a script with where data is missing. No tool that the scripts run ends with this or the next.</summary>
    public const int MissingCode = 44;

    /// <summary>What <c>is_there</c> and what uses it end a script with where something cannot be looked at; the reason is on standard error.</summary>
    public const int UnreadableCode = 45;

    private static string RequireScript => ShellScript.Of(typeof(MemberDataCheck), "require-data");

    /// <summary>What <c>require_data</c> is given.</summary>
    public static string[] Arguments(MemberSpec member) => [member.DatabaseFile, member.WalFolder];

    /// <summary>Refuses to stop a member that could not be started again. One that does not run is left to its start.</summary>
    /// <exception cref="EtcdException">MemberDataLost; MemberDataUnreadable.</exception>
    public static async Task RequireBeforeStopAsync(AdminContext context, MemberSpec member, CancellationToken cancellationToken)
    {
        if (!(await context.ServiceOf(member).GetStateAsync(member, cancellationToken).ConfigureAwait(false)).IsRunning) return;
        await RunAsync(context.HostOf(member), member, new HostScript(RequireScript) { Arguments = Arguments(member) }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs a script that starts a member and may refuse to.</summary>
    /// <exception cref="EtcdException">MemberDataLost; MemberDataUnreadable; HostCommandFailed.</exception>
    public static async Task RunAsync(IHost host, MemberSpec member, HostScript script, CancellationToken cancellationToken)
    {
        ScriptResult result = await host.RunAsync(script, cancellationToken).ConfigureAwait(false);
        if (result.ExitCode == 0) return;
        throw result.ExitCode switch
        {
            MissingCode => Lost(member, result.Error.Trim()),
            UnreadableCode => Unreadable(member, result.Error.Trim()),
            _ => new HostCommandException(host.Name, $"start member {member.Name}", result),
        };
    }

    /// <summary>The refusal to start a member without its data.</summary>
    /// <param name="member">The member.</param>
    /// <param name="missing"><c>log</c> or <c>database</c> where only that is missing.</param>
    public static EtcdException Lost(MemberSpec member, string missing = "data") => new(
        EtcdErrorIds.MemberDataLost,
        missing switch
        {
            "log" => $"Member {member.Name} has a database but no write-ahead log in {member.WalFolder} on {member.HostName}",
            "database" => $"Member {member.Name} has a write-ahead log but no database {member.DatabaseFile} on {member.HostName}",
            _ => $"Member {member.Name} has no data in {member.Layout.DataDirectory} on {member.HostName}",
        } + " although the cluster was installed before. Starting it without could lose writes that it had confirmed.")
    {
        Target = member.Name,
        NextStep = (member.Volume is { } volume ? $"See whether {volume.Device} is mounted at {volume.MountPoint} ('systemctl start {volume.MountUnit}' mounts it). " : "See whether a file system is not mounted or a folder was moved. ")
            + "Bring the data back, re-create the member from the others with Repair-EtcdMember (after an interrupted Add-EtcdMember run that again), or restore the whole cluster with Restore-EtcdSnapshot.",
    };

    private static EtcdException Unreadable(MemberSpec member, string reason) => new(
        EtcdErrorIds.MemberDataUnreadable,
        $"Member {member.Name} was not started: whether its data on {member.HostName} is complete cannot be seen: {reason.TrimEnd('.')}.")
    {
        Target = member.Name,
        NextStep = "Make the path readable (its mode, its owner, its file system), then start the member again.",
    };
}
