using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Schedules.Maintenance;

/// <summary>Reads the state of a cluster's maintenance schedule on its hosts.</summary>
/// <param name="context">The environment.</param>
public sealed class MaintenanceScheduleReader(AdminContext context)
{
    /// <summary>Asks all hosts at once; a host that cannot be asked is in the result too.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>One state for each member, in the order of the profile, including hosts without the schedule.</returns>
    /// <exception cref="EtcdException">ClusterNotManaged; NotSupported: its members are on this machine.</exception>
    public async Task<IReadOnlyList<EtcdMaintenanceSchedule>> ReadAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return await Task.WhenAll(ScheduleHosts.Of(cluster, ScheduleKind.Maintenance).Select(places => ReadAsync(places, cancellationToken)))
            .ConfigureAwait(false);
    }

    private async Task<EtcdMaintenanceSchedule> ReadAsync(MemberPlaces places, CancellationToken cancellationToken)
    {
        var host = new EtcdMaintenanceSchedule(places.Cluster, places.Member.HostName, places.Member.Name);
        try
        {
            return Describe(host, places, await ScheduleFacts.ReadAsync(context, places, cancellationToken).ConfigureAwait(false));
        }
        catch (EtcdException e)
        {
            return host with { Reason = e.Message };
        }
    }

    private static EtcdMaintenanceSchedule Describe(EtcdMaintenanceSchedule host, MemberPlaces places, ScheduleFacts facts)
    {
        (bool healthy, string reason) = ScheduleHealth.Judge(facts, places.Kind, places.Service);
        return host with
        {
            Registered = ScheduleHealth.IsRegistered(facts),
            Healthy = healthy,
            Reason = reason,
            Calendars = [.. facts.All("calendar")],
            Window = facts.Number("window_seconds") is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            NextRun = facts.Time("next"),
            LastRun = facts.Time("last_run"),
            LastResult = facts["last_result"],
            LastAction = facts["last_action"],
            LastActionTime = facts.Time("last_action_time"),
            LastReleasedBytes = facts.Number("last_released"),
            LastCompacted = facts.Number("last_compacted"),
            DbSizeBytes = facts.Number("last_size"),
            DbSizeInUseBytes = facts.Number("last_used"),
            LastError = facts["last_error"],
            LastErrorTime = facts.Time("last_error_time"),
            FragmentationPercent = facts.Number("fragmentation_percent"),
            SizeBytes = Rule(facts, "size_bytes"),
            QuotaPercent = facts.Number("quota_percent"),
            MinimumGainBytes = facts.Number("gain_bytes"),
            Keep = Rule(facts, "keep"),
        };
    }

    // 0 stands for no rule.
    private static long? Rule(ScheduleFacts facts, string name) => facts.Number(name) is > 0 and var value ? value : null;
}
