using EtcdAdmin.Errors;

namespace EtcdAdmin.Text;

/// <summary>A private folder of this process, deleted with it. The next process deletes the folder of a killed process.</summary>
/// <remarks>An open lock file in the folder shows that its process is alive. A process id would not: other machines and containers that share the
/// parent folder have the same ids.</remarks>
internal sealed class LockedFolder : IDisposable
{
    private const string LockName = "in-use";

    private readonly FileStream _lock;

    private LockedFolder(string path, FileStream held) => (Path, _lock) = (path, held);

    /// <summary>The path of the folder.</summary>
    public string Path { get; }

    /// <summary>Makes a folder, and deletes folders with the same prefix whose processes have ended.</summary>
    /// <param name="parent">The folder to make it in.</param>
    /// <param name="prefix">The start of its name.</param>
    /// <param name="name">The rest of its name.</param>
    /// <param name="leastAge">An abandoned folder is deleted only if it is at least this old.</param>
    /// <exception cref="EtcdException">FileWriteFailed, DiskFull.</exception>
    public static LockedFolder Create(string parent, string prefix, string name, TimeSpan leastAge)
    {
        foreach (string folder in Find(parent, prefix).Where(folder => IsAbandoned(folder, leastAge))) Remove(folder);
        string path = System.IO.Path.Combine(parent, prefix + name);
        PrivateFolder.Create(path);
        try
        {
            var held = new FileStream(System.IO.Path.Combine(path, LockName), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            held.WriteByte((byte)'.');
            return new LockedFolder(path, held);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.WriteFailed(parent, e);
        }
    }

    /// <summary>Deletes the folder with its content.</summary>
    public void Dispose()
    {
        _lock.Dispose();
        Remove(Path);
    }

    private static string[] Find(string parent, string prefix)
    {
        try
        {
            return Directory.Exists(parent) ? Directory.GetDirectories(parent, prefix + "*") : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static bool IsAbandoned(string folder, TimeSpan leastAge)
    {
        try
        {
            // Folders of other users cannot be read, and their owners delete them. Root can read them, so the file must be a plain one: opening a
            // pipe (which has no length) would block, and a link could point anywhere. An empty lock file is just being made.
            var found = new DirectoryInfo(folder);
            var held = new FileInfo(System.IO.Path.Combine(folder, LockName));
            if (DateTime.UtcNow - found.LastWriteTimeUtc < leastAge || found.LinkTarget is not null) return false;
            if (held.LinkTarget is not null || !held.Exists || held.Length == 0) return false;
            held.Open(FileMode.Open, FileAccess.Write, FileShare.None).Dispose();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next process tries again.
        }
    }
}
