using EtcdAdmin.Errors;

namespace EtcdAdmin.Text;

/// <summary>A private folder of this process, which is gone with it; what a killed process left behind, the next one removes.</summary>
/// <remarks>
/// A lock file in it tells whether its process still lives; not the process's number, which other machines and containers that share the
/// parent folder also have.
/// </remarks>
internal sealed class LockedFolder : IDisposable
{
    private const string LockName = "in-use";

    private readonly FileStream _lock;

    private LockedFolder(string path, FileStream held) => (Path, _lock) = (path, held);

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Makes one, and removes those of the same prefix whose processes are gone.</summary>
    /// <param name="parent">The folder to make it in.</param>
    /// <param name="prefix">What its name begins with.</param>
    /// <param name="name">The rest of its name.</param>
    /// <param name="leastAge">How long an abandoned one must have been left alone.</param>
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

    /// <summary>Removes it with all that is in it.</summary>
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
            // Other users' folders cannot be looked into, and are theirs to remove. To root they are open: a pipe, which has no
            // length, would never answer, and a link would lead anywhere. A lock without a byte in it is just being made.
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
            // The next one tries again.
        }
    }
}
