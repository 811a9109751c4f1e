using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Text;

namespace EtcdAdmin.Drills;

/// <summary>The folder of one drill. Only this user can read it; it is always deleted afterwards.</summary>
internal sealed class ScratchFolder : IAsyncDisposable
{
    // etcd preallocates two segments of 64 MB for its write-ahead log; the rest is for its log file and the drill's files.
    private const long Extra = 160L << 20;

    private const int RemovalAttempts = 20;

    // Removes the folder when this process ends, however it ends.
    private static string Guard => ShellScript.Of(typeof(ScratchFolder), "remove-folder");

    private static readonly TimeSpan RemovalPause = TimeSpan.FromMilliseconds(50);

    private readonly RunningProcess _guard;

    private ScratchFolder(string path, RunningProcess guard)
    {
        Path = path;
        _guard = guard;
    }

    /// <summary>Full path of the folder.</summary>
    public string Path { get; }

    /// <summary>Creates the folder.</summary>
    /// <param name="parent">The parent folder; null for the folder for temporary files.</param>
    /// <param name="databaseSize">Bytes of the data for the folder.</param>
    /// <exception cref="EtcdException">FileWriteFailed: the folder cannot be created. DiskFull: not enough free space.</exception>
    public static ScratchFolder Create(string? parent, long databaseSize)
    {
        string folder = System.IO.Path.GetFullPath(parent ?? System.IO.Path.GetTempPath());
        if (!Directory.Exists(folder))
        {
            throw new EtcdException(EtcdErrorIds.FileWriteFailed, $"The folder '{folder}' for the drill does not exist.")
            {
                Target = folder,
                NextStep = "Create the folder, or use an existing folder (-ScratchPath).",
            };
        }

        CheckRoom(folder, databaseSize + Extra);
        string path = System.IO.Path.Combine(folder, $"etcdadmin-drill-{Guid.NewGuid():N}");
        PrivateFolder.Create(path);
        return new ScratchFolder(path, RunningProcess.Start(new ProcessCommand("sh", ["-c", Guard, "etcdadmin", path])));
    }

    /// <summary>Path of a file or folder in the drill's folder.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    public async ValueTask DisposeAsync()
    {
        await _guard.DisposeAsync().ConfigureAwait(false);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                if (Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A process that was just killed may still have created a file.
                if (attempt == RemovalAttempts) throw AtomicFile.WriteFailed(Path, e);
                await Task.Delay(RemovalPause).ConfigureAwait(false);
            }
        }
    }

    private static void CheckRoom(string folder, long needed)
    {
        long free = new DriveInfo(folder).AvailableFreeSpace;
        if (free >= needed) return;
        throw new EtcdException(EtcdErrorIds.DiskFull,
            $"A drill of this snapshot needs {needed >> 20} MB in '{folder}', but only {free >> 20} MB are free.")
        {
            Target = folder,
            NextStep = "Use a folder on a larger disk (-ScratchPath).",
        };
    }
}
