using EtcdAdmin.Clusters;
using EtcdAdmin.Events;
using EtcdAdmin.Snapshots;

namespace EtcdAdmin.Upgrades.Rolling;

/// <summary>Saves the snapshot before a version change.</summary>
public static class UpdateSnapshots
{
    /// <summary>The folder for snapshots before version changes: <c>snapshots</c> in EtcdAdmin's home, one folder for each cluster.</summary>
    /// <param name="context">The context.</param>
    /// <param name="cluster">The cluster's name.</param>
    public static string DefaultFolder(AdminContext context, string cluster)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Path.Combine(context.Home.Path, "snapshots", cluster);
    }

    /// <summary>Saves a snapshot; the saver checks it completely before it gets its name.</summary>
    internal static async Task<EtcdSnapshot> SaveAsync(
        AdminContext context, EtcdCluster cluster, string folder, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        var request = new SaveSnapshotRequest { Destination = folder };
        Directory.CreateDirectory(folder);
        EtcdSnapshot snapshot = await new SnapshotSaver(context).SaveAsync(cluster, request, events, cancellationToken).ConfigureAwait(false);
        events.Message($"The snapshot before the change is {snapshot.Path} (revision {snapshot.Revision}).");
        return snapshot;
    }
}
