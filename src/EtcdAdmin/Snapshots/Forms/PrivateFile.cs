namespace EtcdAdmin.Snapshots;

/// <summary>A temporary file that only this user can read, in a folder of its own; it goes when this is disposed of.</summary>
/// <remarks>
/// It may hold what is encrypted elsewhere. A process that is killed leaves it behind: the next one removes it. A lock file beside it tells
/// whether the process still lives; not its number, which other machines and containers that share the folder also have.
/// </remarks>
internal sealed class PrivateFile : IDisposable
{
    private const string Prefix = "etcdadmin-unpacked-";
    private const string LockName = "in-use";

    // Between the making of a folder and that of its lock, and long after it.
    private static readonly TimeSpan SurelyBegun = TimeSpan.FromMinutes(10);

    private readonly string _folder;
    private readonly FileStream _lock;

    private PrivateFile(string folder)
    {
        _folder = folder;
        Path = System.IO.Path.Combine(folder, "db");
        _lock = new FileStream(System.IO.Path.Combine(folder, LockName), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        _lock.WriteByte((byte)'.');
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Makes the folder; the file is made by <see cref="Write"/>.</summary>
    /// <param name="root">Where; null is the folder for temporary files (<c>TMPDIR</c>).</param>
    /// <exception cref="EtcdException">FileWriteFailed, DiskFull.</exception>
    public static PrivateFile Create(string? root = null)
    {
        root ??= System.IO.Path.GetTempPath();
        RemoveAbandoned(root);
        string folder = System.IO.Path.Combine(root, Prefix + System.IO.Path.GetRandomFileName());
        PrivateFolder.Create(folder);
        try
        {
            return new PrivateFile(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.WriteFailed(root, e);
        }
    }

    /// <summary>Opens it for writing; what was in it is gone.</summary>
    public FileStream Write()
    {
        File.Delete(Path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = AtomicFile.OwnerOnly;
        return new FileStream(Path, options);
    }

    public void Dispose()
    {
        _lock.Dispose();
        Remove(_folder);
    }

    private static void RemoveAbandoned(string root)
    {
        foreach (string folder in Find(root).Where(IsAbandoned)) Remove(folder);
    }

    private static string[] Find(string root)
    {
        try
        {
            return Directory.GetDirectories(root, Prefix + "*");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static bool IsAbandoned(string folder)
    {
        try
        {
            // Other users' folders cannot be looked into, and are theirs to remove. To root they are open: a pipe, which has no
            // length, would never answer, and a link would lead anywhere.
            var found = new DirectoryInfo(folder);
            var held = new FileInfo(System.IO.Path.Combine(folder, LockName));
            if (DateTime.UtcNow - found.LastWriteTimeUtc < SurelyBegun || found.LinkTarget is not null) return false;
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
