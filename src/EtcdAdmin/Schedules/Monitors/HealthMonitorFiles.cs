using EtcdAdmin.Hosts;
using EtcdAdmin.Text;

namespace EtcdAdmin.Schedules.Monitors;

/// <summary>The files of a health monitor.</summary>
/// <param name="places">Their paths.</param>
/// <param name="monitor">The monitor.</param>
/// <param name="times">When it runs.</param>
/// <param name="home">The folder with the cluster's profile.</param>
internal sealed class HealthMonitorFiles(MonitorPlaces places, HealthMonitor monitor, ScheduleTimes times, string home)
{
    // PowerShell and the module need a second to start, and minutes on a machine that swaps.
    private static readonly TimeSpan Start = TimeSpan.FromMinutes(3);

    private readonly MonitorUnits _units = new(places, times)
    {
        Description = $"Health of etcd cluster {places.Cluster}",
        RunLimit = (monitor.Timeout * 2) + Start,
        Delay = times.Windows(monitor.Every).Delay,
    };

    /// <summary>All files, in the order of <see cref="SchedulePlaces.Files"/>.</summary>
    public IReadOnlyList<HostFile> All => [.. _units.Program(MonitorScripts.Program, Settings()), .. _units.Units()];

    private IEnumerable<(string Name, string Value)> Settings() =>
    [
        ("cluster", places.Cluster),
        ("home", home),
        ("module", monitor.Module),
        ("command", string.Join(' ', monitor.Command.Select(PosixShell.Quote))),
        ("textfiles", monitor.Destination ?? ""),
        ("snapshots", monitor.SnapshotPath ?? ""),
        ("every_seconds", ScheduleUnits.Seconds(monitor.Every)),
        ("state", places.State),
    ];
}
