using EtcdAdmin.Hosts;

namespace EtcdAdmin.Upgrades.V2Store;

/// <summary>The scripts of the scan.</summary>
internal static class V2Scripts
{
    /// <summary>Lists the raft snapshots and the log of a member.</summary>
    public static string List => ShellScript.Of(typeof(V2Scripts), "list-raft-files");
}
