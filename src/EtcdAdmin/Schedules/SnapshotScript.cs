using EtcdAdmin.Hosts;

namespace EtcdAdmin.Schedules;

/// <summary>
/// What the timer starts on a member's host: <c>snapshot-schedule.sh</c>, with nothing but the host's own tools and the member's etcd.
/// </summary>
internal static class SnapshotScript
{
    /// <summary>
    /// Prefix of the lock's key and of the key that says which host took the snapshot. Both are bound to leases, so they do not stay.
    /// </summary>
    public const string KeyPrefix = "_etcdadmin/snapshot-schedule/";

    /// <summary>Who made a snapshot, as its manifest says; by this a host knows its own again.</summary>
    public const string Author = "EtcdAdmin schedule";

    /// <summary>The file that hosts get, with the functions it uses. It is told everything by <see cref="ScheduleFiles.Settings"/>.</summary>
    public static string Text => ShellScript.Of(typeof(SnapshotScript), "snapshot-schedule");
}
