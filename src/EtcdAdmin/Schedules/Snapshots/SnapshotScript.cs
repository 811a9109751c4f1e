using EtcdAdmin.Hosts;

namespace EtcdAdmin.Schedules.Snapshots;

/// <summary>
/// The program that the timer starts on a member's host: <c>snapshot-schedule.sh</c>. It uses only the host's own tools and the
/// member's etcd.
/// </summary>
internal static class SnapshotScript
{
    /// <summary>
    /// Prefix of the key of the lock and of the key with the name of the member that took the snapshot. Both are bound to leases, so
    /// they expire.
    /// </summary>
    public const string KeyPrefix = "_etcdadmin/snapshot-schedule/";

    /// <summary>
    /// The start of <c>createdBy</c> in the manifests of scheduled snapshots; a host recognizes its own snapshots by it.
    /// </summary>
    public const string Author = "EtcdAdmin schedule";

    /// <summary>The file for hosts, with the functions it uses. Its settings are in <see cref="SnapshotScheduleFiles"/>.</summary>
    public static string Text => ShellScript.Of(typeof(SnapshotScript), "snapshot-schedule");
}
