using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Locking;
using EtcdAdmin.Text;

namespace EtcdAdmin.Clusters;

/// <summary>Keeps two operations of this machine from changing one cluster at the same time. Let go by disposing, or by dying.</summary>
internal sealed class ClusterLock : IDisposable
{
    private readonly FileStream _file;
    private readonly string _holder;

    private ClusterLock(FileStream file, string holder) => (_file, _holder) = (file, holder);

    /// <summary>Takes the lock of a cluster, without waiting.</summary>
    /// <param name="home">Where the profiles are.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="what">What is to be done under it, for others who want it meanwhile.</param>
    /// <param name="clock">What time it is.</param>
    /// <exception cref="EtcdException">ClusterBusy, with whoever holds it.</exception>
    public static ClusterLock Take(EtcdAdminHome home, string cluster, string what, TimeProvider clock)
    {
        // Beside the profile folder, not in it: uninstalling removes that folder while it holds the lock.
        string path = Path.Combine(home.ClustersPath, $".{ClusterName.Check(cluster, "cluster")}.lock");
        // Not in the lock file: nobody else may open that one while it is held.
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
                $"Another operation on cluster '{cluster}' is under way on this machine{who}.", e)
            {
                Target = cluster,
                NextStep = "Wait until it has ended, then run the command again.",
            };
        }
    }

    public void Dispose()
    {
        Note(_holder, null);
        _file.Dispose();
    }

    /// <summary>Who holds it is only for others to read: what cannot be noted keeps nobody from working.</summary>
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
