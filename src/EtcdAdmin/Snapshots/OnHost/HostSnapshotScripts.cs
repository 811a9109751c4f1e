using EtcdAdmin.Hosts;

namespace EtcdAdmin.Snapshots.OnHost;

/// <summary>What saving a snapshot on a member's host does there.</summary>
internal static class HostSnapshotScripts
{
    /// <summary>Saves a snapshot, checked, and tells what it is.</summary>
    public static string Save => ShellScript.Of(typeof(HostSnapshotScripts), "save-snapshot");

    /// <summary>Removes what a save left that was killed.</summary>
    public static string Discard => ShellScript.Of(typeof(HostSnapshotScripts), "discard");
}
