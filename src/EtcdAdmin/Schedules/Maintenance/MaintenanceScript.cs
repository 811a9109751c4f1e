using EtcdAdmin.Hosts;

namespace EtcdAdmin.Schedules.Maintenance;

/// <summary>
/// The program that the timer starts on a member's host: <c>maintenance-schedule.sh</c>. It uses only the host's own tools and the member's etcd.
/// </summary>
internal static class MaintenanceScript
{
    /// <summary>Prefix of the lock's key, which is bound to a lease, and of the key that proves writes, which is deleted at once.</summary>
    public const string KeyPrefix = "_etcdadmin/maintenance-schedule/";

    /// <summary>The file for hosts, with the functions it uses. Its settings are in <see cref="MaintenanceScheduleFiles"/>.</summary>
    public static string Text => ShellScript.Of(typeof(MaintenanceScript), "maintenance-schedule");
}
