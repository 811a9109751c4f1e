using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Locking;
using EtcdAdmin.Text;

namespace EtcdAdmin.Clusters;

/// <summary>Keeps two operations on this machine from changing one cluster at the same time. Released by disposing, or by the end of the
/// process.</summary>
internal sealed class ClusterLock : IDisposable
{
    private readonly FileStream _file;
    private readonly string _holder;

    private ClusterLock(FileStream file, string holder) => (_file, _holder) = (file, holder);

    /// <summary>Takes the lock of a cluster, without waiting.</summary>
    /// <param name="home">The home with the profiles.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="what">The operation, shown to others who want the lock.</param>
    /// <param name="clock">The clock.</param>
    /// <exception cref="EtcdException">ClusterBusy, with the holder.</exception>
    public static ClusterLock Take(EtcdAdminHome home, string cluster, string what, TimeProvider clock)
    {
        // Beside the profile folder, not in it: an uninstall deletes that folder while it holds the lock.
        string path = Path.Combine(home.ClustersPath, $".{ClusterName.Check(cluster, "cluster")}.lock");
        // Not in the lock file: other processes cannot open that file while it is held.
        string holder = path + ".holder";
        PrivateFolder.Create(home.ClustersPath);
        try
        {
            var held = new ClusterLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), holder);
            Note(holder, HostLockHolder.Us(what, clock).ToLine());
            return held;
        }
        catch (IOException e)
        {
            string who = HostLockHolder.Read(ReadNote(holder)) is { } other ? $": {other}" : "";
            throw new EtcdException(EtcdErrorIds.ClusterBusy,
                $"Another operation on cluster '{cluster}' is running on this machine{who}.", e)
            {
                Target = cluster,
                NextStep = "Wait until that operation has ended, then run the command again.",
            };
        }
    }

    public void Dispose()
    {
        Note(_holder, null);
        _file.Dispose();
    }

    /// <summary>Writes the holder, only for others to read: a failure to write it does not stop the operation.</summary>
    private static void Note(string path, string? line)
    {
        try
        {
            if (line is null) File.Delete(path);
            else File.WriteAllText(path, line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // see above
        }
    }

    private static string? ReadNote(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
