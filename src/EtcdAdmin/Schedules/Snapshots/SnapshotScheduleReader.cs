using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Schedules.Snapshots;

/// <summary>Reads the state of a cluster's snapshot schedule on its hosts.</summary>
/// <param name="context">The environment.</param>
public sealed class SnapshotScheduleReader(AdminContext context)
{
    /// <summary>Asks all hosts at once; a host that cannot be asked is in the result too.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>
    /// One state for each member, in the order of the profile, including hosts without the schedule, such as hosts of members added later.
    /// </returns>
    /// <exception cref="EtcdException">ClusterNotManaged; NotSupported: its members are on this machine.</exception>
    public async Task<IReadOnlyList<EtcdSnapshotSchedule>> ReadAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return await Task.WhenAll(ScheduleHosts.Of(cluster, ScheduleKind.Snapshot).Select(places => ReadAsync(places, cancellationToken)))
            .ConfigureAwait(false);
    }

    private async Task<EtcdSnapshotSchedule> ReadAsync(MemberPlaces places, CancellationToken cancellationToken)
    {
        var host = new EtcdSnapshotSchedule(places.Cluster, places.Member.HostName, places.Member.Name);
        try
        {
            return Describe(host, places, await ScheduleFacts.ReadAsync(context, places, cancellationToken).ConfigureAwait(false));
        }
        catch (EtcdException e)
        {
            return host with { Reason = e.Message };
        }
    }

    private static EtcdSnapshotSchedule Describe(EtcdSnapshotSchedule host, MemberPlaces places, ScheduleFacts facts)
    {
        (bool healthy, string reason) = ScheduleHealth.Judge(facts, places.Kind, places.Service);
        long[] sizes = [.. facts.All("snapshot").Select(size => long.Parse(size, CultureInfo.InvariantCulture))];
        return host with
        {
            Registered = ScheduleHealth.IsRegistered(facts),
            Healthy = healthy,
            Reason = reason,
            Calendars = [.. facts.All("calendar")],
            NextRun = facts.Time("next"),
            LastRun = facts.Time("last_run"),
            LastResult = facts["last_result"],
            LastSuccess = facts.Time("last_success"),
            LastPath = facts["last_path"],
            LastSize = facts.Number("last_size"),
            LastRevision = facts.Number("last_revision"),
            LastError = facts["last_error"],
            LastErrorTime = facts.Time("last_error_time"),
            Destination = facts["destination"],
            Snapshots = sizes.Length,
            SnapshotBytes = sizes.Sum(),
            S3Destination = facts["store"],
            LastCopied = facts.Time("last_sent"),
            NotCopied = facts["store"] is null ? null : facts.Number("last_unsent"),
        };
    }
}
