using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Clusters.Ownership;

/// <summary>The script that reads the facts about the etcd in the place of a member.</summary>
internal static class OwnerScripts
{
    /// <summary>Prints one line of facts for each member.</summary>
    public static string Read => ShellScript.Of(typeof(OwnerScripts), "read-owner");

    /// <summary>The arguments of <c>owner</c> for a member.</summary>
    public static string[] Arguments(MemberSpec member)
    {
        MemberLayout layout = member.Layout;
        return [member.Name, member.Unit ?? "", layout.ConfigFile, layout.DataDirectory, member.WalPath ?? "", layout.CaFile, layout.PidFile];
    }
}
