using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Snapshots.Formats;

/// <summary>A temporary file that only this user can read, in a folder of its own; it goes when this is disposed of.</summary>
/// <remarks>It may hold what is encrypted elsewhere. A process that is killed leaves it behind: the next one removes it.</remarks>
internal sealed class PrivateFile : IDisposable
{
    private const string Prefix = "etcdadmin-unpacked-";

    // Between the making of a folder and that of its lock, and long after it.
    private static readonly TimeSpan SurelyBegun = TimeSpan.FromMinutes(10);

    private readonly LockedFolder _folder;

    private PrivateFile(LockedFolder folder)
    {
        _folder = folder;
        Path = System.IO.Path.Combine(folder.Path, "db");
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Makes the folder; the file is made by <see cref="Write"/>.</summary>
    /// <param name="root">Where; null is the folder for temporary files (<c>TMPDIR</c>).</param>
    /// <exception cref="EtcdException">FileWriteFailed, DiskFull.</exception>
    public static PrivateFile Create(string? root = null) =>
        new(LockedFolder.Create(root ?? System.IO.Path.GetTempPath(), Prefix, System.IO.Path.GetRandomFileName(), SurelyBegun));

    /// <summary>Opens it for writing; what was in it is gone.</summary>
    public FileStream Write()
    {
        File.Delete(Path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = AtomicFile.OwnerOnly;
        return new FileStream(Path, options);
    }

    public void Dispose() => _folder.Dispose();
}
