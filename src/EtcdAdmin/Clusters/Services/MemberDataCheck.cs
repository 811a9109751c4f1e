using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Clusters.Services;

/// <summary>Prevents every start of a joined member without its data.</summary>
internal static class MemberDataCheck
{
    /// <summary>The exit code of <c>require_data</c> for missing data. No tool in the scripts uses this code or the next two.</summary>
    public const int MissingCode = 44;

    /// <summary>The exit code of <c>is_there</c> and its users for a path that cannot be checked; the reason is on standard error.</summary>
    public const int UnreadableCode = 45;

    /// <summary>The exit code of <c>start_unit</c> for a unit that did not start; what it wrote to its log is on standard error.</summary>
    public const int NotStartedCode = 46;

    private static string RequireScript => ShellScript.Of(typeof(MemberDataCheck), "require-data");

    /// <summary>The arguments of <c>require_data</c>.</summary>
    public static string[] Arguments(MemberSpec member) => [member.DatabaseFile, member.WalFolder];

    /// <summary>Refuses to stop a member that could not be started again. A stopped member is checked at its start.</summary>
    /// <exception cref="EtcdException">MemberDataLost; MemberDataUnreadable.</exception>
    public static async Task RequireBeforeStopAsync(AdminContext context, MemberSpec member, CancellationToken cancellationToken)
    {
        if (!(await context.ServiceOf(member).GetStateAsync(member, cancellationToken).ConfigureAwait(false)).IsRunning) return;
        await RunAsync(context.HostOf(member), member, new HostScript(RequireScript)
        {
            Arguments = Arguments(member),
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Refuses to start a member without its write-ahead log, whether or not it has a database: etcd 3.0 creates one from the data of 2.3.
    /// </summary>
    /// <exception cref="EtcdException">MemberDataLost; MemberDataUnreadable.</exception>
    public static Task RequireLogAsync(AdminContext context, MemberSpec member, CancellationToken cancellationToken) =>
        RunAsync(context.HostOf(member), member, new HostScript(RequireScript) { Arguments = ["", member.WalFolder] }, cancellationToken);

    /// <summary>Runs a script that starts a member or refuses to.</summary>
    /// <exception cref="EtcdException">MemberDataLost; MemberDataUnreadable; MemberStartFailed; HostCommandFailed.</exception>
    public static async Task RunAsync(IHost host, MemberSpec member, HostScript script, CancellationToken cancellationToken)
    {
        ScriptResult result = await host.RunAsync(script, cancellationToken).ConfigureAwait(false);
        if (result.ExitCode == 0) return;
        throw result.ExitCode switch
        {
            MissingCode => Lost(member, result.Error.Trim()),
            UnreadableCode => Unreadable(member, result.Error.Trim()),
            NotStartedCode => NotStarted(member, result.Error.Trim()),
            _ => new HostCommandException(host.Name, $"start member {member.Name}", result),
        };
    }

    /// <summary>The refusal to start a member without its data.</summary>
    /// <param name="member">The member.</param>
    /// <param name="missing"><c>log</c> or <c>database</c> if only that is missing.</param>
    public static EtcdException Lost(MemberSpec member, string missing = "data") => new(
        EtcdErrorIds.MemberDataLost,
        missing switch
        {
            "log" => $"Member {member.Name} has a database but no write-ahead log in {member.WalFolder} on {member.HostName}",
            "database" => $"Member {member.Name} has a write-ahead log but no database {member.DatabaseFile} on {member.HostName}",
            _ => $"Member {member.Name} has no data in {member.Layout.DataDirectory} on {member.HostName}",
        } + " although it has joined the cluster before. Starting it without this data could lose acknowledged writes.")
    {
        Target = member.Name,
        NextStep = (member.Volume is { } volume ? $"Check whether {volume.Device} is mounted at {volume.MountPoint} "
            + $"('systemctl start {volume.MountUnit}' mounts it). " : "Check whether a file system is not mounted, or a folder was moved. ")
            + "Put the data back. If that is not possible and the other members have a quorum, re-create the member with Repair-EtcdMember (if "
            + "Add-EtcdMember was interrupted, run "
                + "Add-EtcdMember again). If the other members have no quorum, run Repair-EtcdCluster; restore a snapshot (Restore-EtcdSnapshot) "
                + "only if no member has usable data.",
    };

    private static EtcdException NotStarted(MemberSpec member, string reason) => new(
        EtcdErrorIds.MemberStartFailed, $"Member {member.Name} on {member.HostName} did not start: {reason.TrimEnd('.')}.")
    {
        Target = member.Name,
        NextStep = $"Read its log: {member.LogPlace}. Correct the cause, then start it again (Start-EtcdMember {member.Name}).",
    };

    private static EtcdException Unreadable(MemberSpec member, string reason) => new(
        EtcdErrorIds.MemberDataUnreadable,
        $"Member {member.Name} was not started, because its data on {member.HostName} could not be checked: {reason.TrimEnd('.')}.")
    {
        Target = member.Name,
        NextStep = "Make the path readable (its mode, its owner, its file system), then start the member again.",
    };
}
