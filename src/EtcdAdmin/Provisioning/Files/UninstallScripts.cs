using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;
using EtcdAdmin.Recovery.Restore;

namespace EtcdAdmin.Provisioning.Files;

/// <summary>The scripts that uninstalling runs on a host. They remove only files of EtcdAdmin; a folder with other files is kept.</summary>
internal static class UninstallScripts
{
    /// <summary>Removes a member, with or without its data; see <see cref="Arguments"/>.</summary>
    public static string RemoveMember => ShellScript.Of(typeof(UninstallScripts), "remove-member");

    /// <summary>The arguments of <see cref="RemoveMember"/>.</summary>
    public static string[] Arguments(string cluster, MemberSpec member, bool removeData) =>
    [
        member.Directory, member.Layout.ConfigDirectory, removeData ? "no" : "yes", member.Unit ?? "", member.WalDirectory ?? "",
        member.User ?? "", cluster, member.Name, MemberFileScripts.MadeFoldersOf(member), member.Layout.ConfigDirectory + KeptFiles.Mark,
        RollBackScript.Folder, MemberFileScripts.UserRemark, .. member.FormerDirectories ?? [],
    ];

    /// <summary>Removes etcd's programs, of one version or of all versions.</summary>
    public static string RemovePrograms => ShellScript.Of(typeof(UninstallScripts), "remove-programs");
}
