using EtcdAdmin.Hosts;

namespace EtcdAdmin.Snapshots.OnHost;

/// <summary>The scripts that save a snapshot on a member's host.</summary>
internal static class HostSnapshotScripts
{
    /// <summary>Saves and checks a snapshot, and prints facts about it.</summary>
    public static string Save => ShellScript.Of(typeof(HostSnapshotScripts), "save-snapshot");

    /// <summary>Removes the leftovers of an interrupted save.</summary>
    public static string Discard => ShellScript.Of(typeof(HostSnapshotScripts), "discard");
}
