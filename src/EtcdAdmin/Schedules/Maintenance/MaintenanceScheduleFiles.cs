using System.Globalization;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Schedules.Maintenance;

/// <summary>The files of a maintenance schedule for a host.</summary>
/// <param name="places">Their paths.</param>
/// <param name="schedule">The schedule.</param>
/// <param name="interval">The shortest time between two starts.</param>
/// <param name="quotaBytes">When etcd raises NOSPACE, where it does not report that itself.</param>
/// <param name="tls">Whether the cluster uses TLS.</param>
internal sealed class MaintenanceScheduleFiles(
    MemberPlaces places, MaintenanceSchedule schedule, TimeSpan interval, long quotaBytes, bool tls)
{
    // The script multiplies by 100, in 64 bits. A quota that is turned off is larger.
    private const long LargestQuota = 1L << 50;

    private readonly MemberUnits _units = new(places, schedule.Times)
    {
        Description = $"Maintenance of etcd cluster {places.Cluster}",
        // The last defragmentation begins before the end of the window.
        RunLimit = schedule.WindowFor(interval) + TimeSpan.FromHours(1),
        Delay = schedule.Times.Windows(interval).Delay,
    };

    /// <summary>All files, in the order of <see cref="SchedulePlaces.Files"/>.</summary>
    public IReadOnlyList<HostFile> All => [.. _units.Program(MaintenanceScript.Text, Settings()), .. _units.Units()];

    private IEnumerable<(string Name, string Value)> Settings() =>
    [
        .. _units.MemberSettings(tls, schedule.Credential, MaintenanceScript.KeyPrefix),
        ("data", places.Member.Layout.DataDirectory),
        ("quota_bytes", Number(Math.Min(quotaBytes, LargestQuota))),
        ("window_seconds", ScheduleUnits.Seconds(schedule.WindowFor(interval))),
        ("limit_seconds", ScheduleUnits.Seconds(schedule.TimeLimit ?? TimeSpan.Zero)),
        ("fragmentation_percent", Number(schedule.FragmentationPercent)),
        ("size_bytes", Number(schedule.SizeBytes ?? 0)),
        ("quota_percent", Number(schedule.QuotaPercent)),
        ("gain_bytes", Number(schedule.MinimumGainBytes)),
        ("keep", Number(schedule.Keep ?? 0)),
        ("allow_leader", schedule.AllowLeader ? "yes" : "no"),
    ];

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
