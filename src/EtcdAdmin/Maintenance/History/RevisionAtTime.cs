using System.Globalization;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health.History;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots;

namespace EtcdAdmin.Maintenance.History;

/// <summary>
/// Finds the revision of a cluster at a time. etcd saves no times, so the recorded health and the manifests of snapshots are searched.
/// </summary>
/// <param name="context">The context.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="id">Its id: records of an earlier cluster of the same name do not count. Null if no member reported it.</param>
/// <param name="current">Its present revision.</param>
internal sealed class RevisionAtTime(AdminContext context, EtcdCluster cluster, ClusterId? id, long current)
{
    // A manifest has the time at which the save began, and the member sends what was written until it begins to send.
    private static readonly TimeSpan SaveStart = TimeSpan.FromMinutes(1);

    /// <summary>The newest known revision at or before a time: everything written later has a higher revision.</summary>
    /// <param name="time">The time.</param>
    /// <param name="snapshots">The folder with the cluster's snapshots; null for none.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">RevisionNotFound: none was recorded. SnapshotNotFound: there is no such folder. SnapshotUnreadable,
    /// ProfileInvalid: the records cannot be read.</exception>
    public async Task<RevisionPoint> FindAsync(DateTimeOffset time, string? snapshots, CancellationToken cancellationToken)
    {
        List<RevisionPoint> points = await RecordedAsync(cancellationToken).ConfigureAwait(false);
        if (snapshots is not null) points.AddRange(await SavedAsync(snapshots, cancellationToken).ConfigureAwait(false));
        RevisionPoint[] valid = [.. Valid(points)];
        return valid.FirstOrDefault(point => point.Certain <= time) ?? throw NotFound(time, valid.LastOrDefault(), snapshots);
    }

    /// <summary>The newest first. Revisions only rise: one above the present or a later one is from before the cluster's data was replaced.</summary>
    private IEnumerable<RevisionPoint> Valid(IEnumerable<RevisionPoint> points)
    {
        long bound = current;
        foreach (RevisionPoint point in points.Where(point => point.Revision > 0).OrderByDescending(point => point.Certain))
        {
            if (point.Revision > bound) continue;
            bound = point.Revision;
            yield return point;
        }
    }

    private async Task<List<RevisionPoint>> RecordedAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<EtcdHealthRecord> records = await new HealthHistoryStore(context).ReadAsync(
            cluster.Name, HealthHistoryStore.MaxAge, cancellationToken).ConfigureAwait(false);
        return
        [
            .. from record in records
               where record.ClusterId is not null && record.ClusterId == id?.ToString() && record.Revision is not null
               select new RevisionPoint(record.Time, record.Revision!.Value, RevisionPoint.HealthHistory),
        ];
    }

    // By the manifests: reading the snapshots themselves would take minutes.
    private async Task<List<RevisionPoint>> SavedAsync(string folder, CancellationToken cancellationToken)
    {
        if (!Path.Exists(folder))
        {
            throw new EtcdException(EtcdErrorIds.SnapshotNotFound, $"The folder '{folder}' does not exist. Nothing was compacted.")
            {
                Target = folder,
                NextStep = "Give the folder with the snapshots of the cluster, or leave -SnapshotPath out.",
            };
        }

        var points = new List<RevisionPoint>();
        foreach (string file in SnapshotCatalogue.Find(folder))
        {
            if (await SnapshotManifest.FindAsync(file, cancellationToken).ConfigureAwait(false) is not { } manifest) continue;
            bool isOurs = manifest.ClusterId is { } saved ? saved == id?.ToString() : manifest.ClusterName == cluster.Name;
            if (isOurs) points.Add(new RevisionPoint(manifest.Created, manifest.Revision, file) { Certain = manifest.Created + SaveStart });
        }

        return points;
    }

    private EtcdException NotFound(DateTimeOffset time, RevisionPoint? oldest, string? snapshots)
    {
        string searched = snapshots is null ? "its health history" : $"its health history and the snapshots in '{snapshots}'";
        string known = oldest is null
            ? $"No record of this cluster's revision was found in {searched}."
            : $"The oldest record in {searched} is {oldest}.";
        string other = snapshots is null ? " Give the folder of the cluster's snapshots with -SnapshotPath, if there are any that are older." : "";
        return new EtcdException(EtcdErrorIds.RevisionNotFound, string.Create(CultureInfo.InvariantCulture,
            $"It is not known which revision cluster '{cluster.Name}' had at {time:u}. {known} Nothing was compacted."))
        {
            Target = cluster.Name,
            NextStep = "Use -Keep with a number of revisions, or a smaller age." + other
                + $" To record revisions from now on, use Register-EtcdHealthMonitor {cluster.Name}, or run Get-EtcdHealth regularly; "
                + "records are kept for up to 90 days.",
        };
    }
}
