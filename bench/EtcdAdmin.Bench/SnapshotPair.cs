using EtcdAdmin.Snapshots;

namespace EtcdAdmin.Bench;

/// <summary>Two snapshots of the same data, the second after some keys were written again.</summary>
/// <param name="First">The older file.</param>
/// <param name="Second">The newer file.</param>
/// <param name="Data">The data in the older file.</param>
/// <param name="Changed">The number of different keys.</param>
internal sealed record SnapshotPair(string First, string Second, Dataset Data, int Changed)
{
    private const int ChangedEvery = 500;

    public double Megabytes => new FileInfo(First).Length / 1e6;

    public static async Task<SnapshotPair> SaveAsync(Lab lab, LabCluster installed, Dataset dataset, CancellationToken cancellationToken)
    {
        string first = await SaveAsync(lab, installed, "first.db", cancellationToken);
        int changed = await dataset.ChangeAsync(installed.Cluster, ChangedEvery, cancellationToken);
        return new SnapshotPair(first, await SaveAsync(lab, installed, "second.db", cancellationToken), dataset, changed);
    }

    private static async Task<string> SaveAsync(Lab lab, LabCluster installed, string name, CancellationToken cancellationToken)
    {
        var request = new SaveSnapshotRequest { Destination = Path.Combine(lab.Folder, name) };
        return (await new SnapshotSaver(lab.Context).SaveAsync(installed.Cluster, request, null, cancellationToken)).Path;
    }
}
