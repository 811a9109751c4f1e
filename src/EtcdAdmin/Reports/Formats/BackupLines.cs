using EtcdAdmin.Reports.Facts;
using EtcdAdmin.Schedules.Snapshots;
using static EtcdAdmin.Reports.Markup.ReportText;

namespace EtcdAdmin.Reports.Formats;

/// <summary>What is known about the backups of a cluster, as sentences.</summary>
internal static class BackupLines
{
    /// <summary>At least one sentence for snapshots, and one for drills.</summary>
    public static IEnumerable<string> Of(ClusterReport cluster)
    {
        yield return cluster.NewestSnapshot is { } path
            ? $"Newest snapshot on this machine: {path}, saved {Time(cluster.NewestSnapshotTime)}."
            : "No snapshot of this cluster was found on this machine.";
        if (cluster.Schedules.Count == 0) yield return "No host takes snapshots by schedule.";
        foreach (EtcdSnapshotSchedule host in cluster.Schedules)
        {
            yield return host.Registered is null
                ? $"Schedule on {host.HostName}: {host.Reason}"
                : $"Schedule on {host.HostName}: {host.Reason}; {Count(host.Snapshots, "snapshot")} ({Size(host.SnapshotBytes)}) in "
                    + $"{host.Destination}; last taken {Time(host.LastSuccess)}, next run {Time(host.NextRun)}.";
        }

        yield return cluster.LastDrill is { } drill
            ? $"Last drill (a snapshot restored for a try): {Time(drill)}, {(cluster.LastDrillPassed == true ? "passed" : "failed")}."
            : "No drill (a snapshot restored for a try) is known.";
    }
}
