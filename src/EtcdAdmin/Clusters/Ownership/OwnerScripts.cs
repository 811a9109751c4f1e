using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Clusters.Ownership;

/// <summary>What is asked of a host to know whose the etcd is that is where a member should be.</summary>
internal static class OwnerScripts
{
    /// <summary>Prints one fact for each member: whose the etcd is that is where it should be.</summary>
    public static string Read => ShellScript.Of(typeof(OwnerScripts), "read-owner");

    /// <summary>What <c>owner</c> is given for a member.</summary>
    public static string[] Arguments(MemberSpec member)
    {
        MemberLayout layout = member.Layout;
        return [member.Name, member.Unit ?? "", layout.ConfigFile, layout.DataDirectory, member.WalPath ?? "", layout.CaFile, layout.PidFile];
    }
}
