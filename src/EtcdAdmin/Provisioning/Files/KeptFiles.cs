using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Provisioning.Files;

/// <summary>Unit, configuration, certificates and keys that a new member's take the place of: kept aside on the host until it serves, and put back where that fails.</summary>
/// <param name="context">The surroundings.</param>
/// <param name="member">The member whose files are written.</param>
internal sealed class KeptFiles(AdminContext context, MemberSpec member)
{
    /// <summary>What stands behind the name of the configuration's folder in that of the folder they are kept in.</summary>
    public const string Mark = ".before-joining";

    private static string KeepScript => ShellScript.Of(typeof(KeptFiles), "keep-member-files");

    private static string PutBackScript => ShellScript.Of(typeof(KeptFiles), "put-member-files-back");

    private static string ForgetScript => ShellScript.Of(typeof(KeptFiles), "forget-member-files");

    private string[] Places =>
        [member.Layout.ConfigDirectory + Mark, member.Layout.ConfigFile, member.Layout.PkiDirectory, member.Unit ?? ""];

    /// <summary>Keeps them.</summary>
    public Task KeepAsync(CancellationToken cancellationToken) => RunAsync("keep the present files", KeepScript, Places, cancellationToken);

    /// <summary>Puts them back, with the unit enabled as it was. Data that the new member has made meanwhile goes aside. The member is stopped by now.</summary>
    public Task PutBackAsync(string stamp, CancellationToken cancellationToken) => RunAsync(
        "put the former files back", PutBackScript, [.. Places, member.Layout.DataDirectory, member.WalPath ?? "", stamp, MemberFileScripts.MadeFoldersOf(member)], cancellationToken);

    /// <summary>Removes what was kept.</summary>
    public Task ForgetAsync(CancellationToken cancellationToken) =>
        RunAsync("remove the files that were kept", ForgetScript, Places[..1], cancellationToken);

    private Task RunAsync(string action, string script, string[] arguments, CancellationToken cancellationToken) =>
        context.HostOf(member).RunRequiredAsync($"{action} of member {member.Name}", new HostScript(script) { Arguments = arguments }, cancellationToken);
}
