using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Connections;

namespace EtcdAdmin.Schedules.Monitors;

/// <summary>Reads the state of the health monitors that this user has on this machine.</summary>
/// <param name="context">The environment.</param>
public sealed class HealthMonitorReader(AdminContext context)
{
    /// <summary>The clusters that have a monitor, by name, also those whose profiles are gone.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EtcdException">HostCommandFailed: the shell of this machine failed.</exception>
    public async Task<IReadOnlyList<string>> NamesAsync(CancellationToken cancellationToken)
    {
        return await NamesAsync(context, ScheduleKind.Monitor, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The clusters for which this user has a timer of a kind on this machine.</summary>
    internal static async Task<IReadOnlyList<string>> NamesAsync(AdminContext context, ScheduleKind kind, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux()) return [];
        string output = await context.Hosts.Get(HostConnection.Local)
            .RunRequiredAsync($"list its {kind.Title}s", new HostScript(MonitorScripts.List) { Arguments = [kind.Word] }, cancellationToken)
            .ConfigureAwait(false);
        return [.. new ScheduleFacts(output).All("monitor").Where(ClusterName.IsAllowed).Order(StringComparer.Ordinal)];
    }

    /// <summary>The monitor of a cluster.</summary>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Its state; not registered if there is none.</returns>
    /// <exception cref="EtcdException">SpecInvalid: the name. HostCommandFailed: the shell of this machine failed.</exception>
    public async Task<EtcdHealthMonitor> ReadAsync(string cluster, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux()) return new EtcdHealthMonitor(cluster) { Reason = "this machine has no systemd" };
        MonitorPlaces places = await MonitorPlaces.FindAsync(context, cluster, ScheduleKind.Monitor, null, cancellationToken)
            .ConfigureAwait(false);
        return Describe(places, await ScheduleFacts.ReadAsync(context, places, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>A path in the settings of a monitor; null if it has none.</summary>
    internal static string? PathIn(ScheduleFacts facts, string name) => facts[name]?.Replace(@"'\''", "'", StringComparison.Ordinal);

    private static EtcdHealthMonitor Describe(MonitorPlaces places, ScheduleFacts facts)
    {
        (bool healthy, string reason) = ScheduleHealth.Judge(facts, places.Kind, places.Journal);
        return new EtcdHealthMonitor(places.Cluster)
        {
            Registered = ScheduleHealth.IsRegistered(facts),
            Healthy = healthy,
            Reason = reason,
            Every = facts.Number("every_seconds") is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Calendars = [.. facts.All("calendar")],
            NextRun = facts.Time("next"),
            LastRun = facts.Time("last_run"),
            LastResult = facts["last_result"],
            LastError = facts["last_error"],
            LastErrorTime = facts.Time("last_error_time"),
            Destination = PathIn(facts, "textfiles"),
            SnapshotPath = PathIn(facts, "snapshots"),
            Home = PathIn(facts, "home"),
            Timer = ScheduleHealth.IsRegistered(facts) ? places.Timer : null,
        };
    }
}
