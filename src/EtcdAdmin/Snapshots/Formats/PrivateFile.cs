using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Snapshots.Formats;

/// <summary>A temporary file in its own folder that only this user can read; deleted on dispose.</summary>
/// <remarks>The file may contain data that is encrypted elsewhere. If a process is killed, the next process deletes the file.</remarks>
internal sealed class PrivateFile : IDisposable
{
    private const string Prefix = "etcdadmin-unpacked-";

    // A folder exists briefly before its lock does; this time is far longer.
    private static readonly TimeSpan SurelyBegun = TimeSpan.FromMinutes(10);

    private readonly LockedFolder _folder;

    private PrivateFile(LockedFolder folder)
    {
        _folder = folder;
        Path = System.IO.Path.Combine(folder.Path, "db");
    }

    /// <summary>Path of the file.</summary>
    public string Path { get; }

    /// <summary>Creates the folder; <see cref="Write"/> creates the file.</summary>
    /// <param name="root">The parent folder; null for the folder for temporary files (<c>TMPDIR</c>).</param>
    /// <exception cref="EtcdException">FileWriteFailed, DiskFull.</exception>
    public static PrivateFile Create(string? root = null) =>
        new(LockedFolder.Create(root ?? System.IO.Path.GetTempPath(), Prefix, System.IO.Path.GetRandomFileName(), SurelyBegun));

    /// <summary>Opens the file for writing; earlier content is deleted.</summary>
    public FileStream Write()
    {
        File.Delete(Path);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
            Options = FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = AtomicFile.OwnerOnly;
        return new FileStream(Path, options);
    }

    public void Dispose() => _folder.Dispose();
}
