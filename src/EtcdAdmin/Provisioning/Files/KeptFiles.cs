using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Provisioning.Files;

/// <summary>
/// The old unit, configuration, certificates and keys on the host of a new member. They are kept until the new member serves, and are put
/// back if it fails.
/// </summary>
/// <param name="context">The context.</param>
/// <param name="member">The new member.</param>
internal sealed class KeptFiles(AdminContext context, MemberSpec member)
{
    /// <summary>The suffix that makes the name of their folder from the name of the configuration folder.</summary>
    public const string Mark = ".before-joining";

    private static string KeepScript => ShellScript.Of(typeof(KeptFiles), "keep-member-files");

    private static string PutBackScript => ShellScript.Of(typeof(KeptFiles), "put-member-files-back");

    private static string ForgetScript => ShellScript.Of(typeof(KeptFiles), "forget-member-files");

    private string[] Places =>
        [member.Layout.ConfigDirectory + Mark, member.Layout.ConfigFile, member.Layout.PkiDirectory, member.Unit ?? ""];

    /// <summary>Keeps the files.</summary>
    public Task KeepAsync(CancellationToken cancellationToken) => RunAsync("save a copy of the present files", KeepScript, Places, cancellationToken);

    /// <summary>Puts the files back, with the unit enabled as before. Data of the new member is moved aside. The member is stopped.</summary>
    public Task PutBackAsync(string stamp, CancellationToken cancellationToken) => RunAsync(
        "put the former files back", PutBackScript,
            [.. Places, member.Layout.DataDirectory, member.WalPath ?? "", stamp, MemberFileScripts.MadeFoldersOf(member)], cancellationToken);

    /// <summary>Removes the kept files.</summary>
    public Task ForgetAsync(CancellationToken cancellationToken) =>
        RunAsync("remove the saved copies of the former files", ForgetScript, Places[..1], cancellationToken);

    private Task RunAsync(string action, string script, string[] arguments, CancellationToken cancellationToken) =>
        context.HostOf(member).RunRequiredAsync(
            $"{action} of member {member.Name}", new HostScript(script) { Arguments = arguments }, cancellationToken);
}
