using System.Globalization;
using EtcdAdmin.Hosts;
using EtcdAdmin.Text;

namespace EtcdAdmin.Schedules.Snapshots;

/// <summary>The files of a snapshot schedule for a host.</summary>
internal sealed class SnapshotScheduleFiles(
    MemberPlaces places, SnapshotSchedule schedule, string destination, ScheduleStore? store, TimeSpan interval, bool tls)
{
    private readonly MemberUnits _units = new(places, schedule.Times)
    {
        Description = $"Snapshot of etcd cluster {places.Cluster}",
        RunLimit = interval > TimeSpan.FromHours(1) ? interval : TimeSpan.FromHours(1),
        Delay = schedule.Times.Windows(interval).Delay,
        Destination = destination,
    };

    /// <summary>All files, in the order of <see cref="SchedulePlaces.Files"/>.</summary>
    public IReadOnlyList<HostFile> All =>
    [
        .. _units.Program(SnapshotScript.Text, Settings()),
        new(places.Keys, HostFileContent.FromText(_units.Heading + store?.Keys), AtomicFile.OwnerOnly) { Owner = places.OwnerOfKeys },
        .. _units.Units(),
    ];

    private IEnumerable<(string Name, string Value)> Settings() =>
    [
        .. _units.MemberSettings(tls, schedule.Credential, SnapshotScript.KeyPrefix),
        ("destination", destination),
        ("author", SnapshotScript.Author),
        ("s3_name", store?.Name ?? ""),
        ("s3_url", store?.Url ?? ""),
        ("s3_region", store?.Region ?? ""),
        ("s3_keys", places.Keys),
        ("done_seconds", ScheduleUnits.Seconds(schedule.Times.Windows(interval).Done)),
        ("keep", Count(schedule.Rules.Keep)),
        ("keep_hourly", Count(schedule.Rules.KeepHourly)),
        ("keep_daily", Count(schedule.Rules.KeepDaily)),
        ("keep_weekly", Count(schedule.Rules.KeepWeekly)),
        ("keep_monthly", Count(schedule.Rules.KeepMonthly)),
        ("keep_yearly", Count(schedule.Rules.KeepYearly)),
    ];

    private static string Count(int? rule) => (rule ?? 0).ToString(CultureInfo.InvariantCulture);
}
