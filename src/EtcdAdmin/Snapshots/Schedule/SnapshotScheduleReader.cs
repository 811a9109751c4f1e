using System.Globalization;
using EtcdAdmin.Clusters;

namespace EtcdAdmin.Snapshots;

/// <summary>Tells how the hosts of a cluster stand with its snapshot schedule.</summary>
/// <param name="context">The surroundings.</param>
public sealed class SnapshotScheduleReader(AdminContext context)
{
    /// <summary>Asks all hosts at once; one that cannot be asked is among the answers.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>One for each member, in the order of the cluster's spec; also of hosts that take no part, such as those of members added later.</returns>
    /// <exception cref="EtcdException">ClusterNotManaged; NotSupported: its members are on this machine.</exception>
    public async Task<IReadOnlyList<EtcdSnapshotSchedule>> ReadAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return await Task.WhenAll(ScheduleHosts.Of(cluster).Select(places => ReadAsync(places, cancellationToken))).ConfigureAwait(false);
    }

    private async Task<EtcdSnapshotSchedule> ReadAsync(SchedulePlaces places, CancellationToken cancellationToken)
    {
        var host = new EtcdSnapshotSchedule(places.Cluster, places.Member.HostName, places.Member.Name);
        try
        {
            return Describe(host, await ScheduleFacts.ReadAsync(context, places, cancellationToken).ConfigureAwait(false));
        }
        catch (EtcdException e)
        {
            return host with { Reason = e.Message };
        }
    }

    private static EtcdSnapshotSchedule Describe(EtcdSnapshotSchedule host, ScheduleFacts facts)
    {
        (bool healthy, string reason) = Judge(facts);
        long[] sizes = [.. facts.All("snapshot").Select(size => long.Parse(size, CultureInfo.InvariantCulture))];
        return host with
        {
            Registered = IsRegistered(facts),
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
        };
    }

    private static (bool Healthy, string Reason) Judge(ScheduleFacts facts)
    {
        if (!IsRegistered(facts)) return (false, "it takes no part; Register-EtcdSnapshotSchedule adds it");
        if (!facts.IsOn) return (false, $"its timer is off (systemd says {facts["enabled"] ?? "nothing"}, {facts["active"] ?? "nothing"})");
        if (facts["running"] == "activating") return (true, "it is at work");
        return facts["last_result"] switch
        {
            null => (true, "it has not run yet"),
            "failed" => (false, facts["last_error"] ?? "the last run failed"),
            var result => (true, result),
        };
    }

    private static bool IsRegistered(ScheduleFacts facts) => facts.FileHashes.Count > 0 && facts.FileHashes.All(hash => hash.Length > 0);
}
