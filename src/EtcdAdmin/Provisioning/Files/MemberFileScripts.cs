using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Provisioning.Files;

/// <summary>What installing does on a host beyond writing files.</summary>
internal static class MemberFileScripts
{
    /// <summary>The remark by which a user of EtcdAdmin's making is known again.</summary>
    public const string UserRemark = "etcd, made by EtcdAdmin";

    /// <summary>Lets systemd know of a unit that was replaced.</summary>
    public static string Reload => ShellScript.Of(typeof(MemberFileScripts), "reload-units");

    // In the configuration's folder: the folders that were not there before; uninstalling removes no others.
    private const string MadeFolders = "folders-made";

    /// <summary>Makes user and folders; see <see cref="PrepareArguments"/>.</summary>
    public static string Prepare => ShellScript.Of(typeof(MemberFileScripts), "prepare-folders");

    /// <summary>What <see cref="Prepare"/> is given for folders of a member.</summary>
    public static string[] PrepareArguments(MemberSpec member, IEnumerable<string> folders) =>
        [member.User ?? "", UserRemark, MadeFoldersOf(member), .. folders];

    /// <summary>The list of the folders that were not there before.</summary>
    public static string MadeFoldersOf(MemberSpec member) => $"{member.Layout.ConfigDirectory}/{MadeFolders}";

    /// <summary>Keeps files under a second name.</summary>
    public static string Keep => ShellScript.Of(typeof(MemberFileScripts), "keep-files");

    /// <summary>Puts back what <see cref="Keep"/> kept.</summary>
    public static string PutBack => ShellScript.Of(typeof(MemberFileScripts), "put-files-back");

    /// <summary>Removes what <see cref="Keep"/> kept.</summary>
    public static string Forget => ShellScript.Of(typeof(MemberFileScripts), "forget-files");
}
