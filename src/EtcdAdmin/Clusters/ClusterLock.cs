namespace EtcdAdmin.Clusters;

/// <summary>Keeps two operations of this machine from changing one cluster at the same time. Let go by disposing, or by dying.</summary>
internal sealed class ClusterLock : IDisposable
{
    private readonly FileStream _file;

    private ClusterLock(FileStream file) => _file = file;

    /// <summary>Takes the lock of a cluster, without waiting.</summary>
    /// <exception cref="EtcdException">ClusterBusy.</exception>
    public static ClusterLock Take(EtcdAdminHome home, string cluster)
    {
        // Beside the profile folder, not in it: uninstalling removes that folder while it holds the lock.
        string path = Path.Combine(home.ClustersPath, $".{ClusterName.Check(cluster, "cluster")}.lock");
        PrivateFolder.Create(home.ClustersPath);
        try
        {
            return new ClusterLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e)
        {
            throw new EtcdException(EtcdErrorIds.ClusterBusy, EtcdErrorKind.InvalidOperation,
                $"Another operation on cluster '{cluster}' is under way on this machine.", e)
            {
                Target = cluster,
                NextStep = "Wait until it has ended, then run the command again.",
            };
        }
    }

    public void Dispose() => _file.Dispose();
}
