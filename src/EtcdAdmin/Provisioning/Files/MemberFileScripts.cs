using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Provisioning.Files;

/// <summary>The scripts that an installation runs on a host.</summary>
internal static class MemberFileScripts
{
    /// <summary>The comment of a user that EtcdAdmin created, by which uninstalling recognizes that user.</summary>
    public const string UserRemark = "etcd, made by EtcdAdmin";

    /// <summary>Makes systemd read a replaced unit.</summary>
    public static string Reload => ShellScript.Of(typeof(MemberFileScripts), "reload-units");

    // A file in the configuration folder that lists the folders EtcdAdmin created; uninstalling removes only these.
    private const string MadeFolders = "folders-made";

    /// <summary>Makes user and folders; see <see cref="PrepareArguments"/>.</summary>
    public static string Prepare => ShellScript.Of(typeof(MemberFileScripts), "prepare-folders");

    /// <summary>The arguments of <see cref="Prepare"/> for folders of a member.</summary>
    public static string[] PrepareArguments(MemberSpec member, IEnumerable<string> folders) =>
        [member.User ?? "", UserRemark, MadeFoldersOf(member), .. folders];

    /// <summary>The file that lists the folders EtcdAdmin created.</summary>
    public static string MadeFoldersOf(MemberSpec member) => $"{member.Layout.ConfigDirectory}/{MadeFolders}";

    /// <summary>Keeps files under a second name.</summary>
    public static string Keep => ShellScript.Of(typeof(MemberFileScripts), "keep-files");

    /// <summary>Puts back the files that <see cref="Keep"/> kept.</summary>
    public static string PutBack => ShellScript.Of(typeof(MemberFileScripts), "put-files-back");

    /// <summary>Tells whether files that <see cref="Keep"/> kept are there.</summary>
    public static string HasKept => ShellScript.Of(typeof(MemberFileScripts), "has-kept-files");

    /// <summary>Removes the files that <see cref="Keep"/> kept.</summary>
    public static string Forget => ShellScript.Of(typeof(MemberFileScripts), "forget-files");
}
