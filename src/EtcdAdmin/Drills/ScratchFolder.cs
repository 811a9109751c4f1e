using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Text;

namespace EtcdAdmin.Drills;

/// <summary>A folder of one drill that only this user can look into, and that is gone afterwards whatever happens.</summary>
internal sealed class ScratchFolder : IAsyncDisposable
{
    // etcd makes two segments of 64 MB each of its write-ahead log in advance; the rest is for its log and our files.
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

    /// <summary>Its full path.</summary>
    public string Path { get; }

    /// <summary>Makes one.</summary>
    /// <param name="parent">Where; null is the folder for temporary files.</param>
    /// <param name="databaseSize">Bytes that will be put into it.</param>
    /// <exception cref="EtcdException">FileWriteFailed: it cannot be made. DiskFull: there is not room enough.</exception>
    public static ScratchFolder Create(string? parent, long databaseSize)
    {
        string folder = System.IO.Path.GetFullPath(parent ?? System.IO.Path.GetTempPath());
        if (!Directory.Exists(folder))
        {
            throw new EtcdException(EtcdErrorIds.FileWriteFailed, $"There is no folder '{folder}' to drill in.")
            {
                Target = folder,
                NextStep = "Make it, or name one that is there (-ScratchPath).",
            };
        }

        CheckRoom(folder, databaseSize + Extra);
        string path = System.IO.Path.Combine(folder, $"etcdadmin-drill-{Guid.NewGuid():N}");
        PrivateFolder.Create(path);
        return new ScratchFolder(path, RunningProcess.Start(new ProcessCommand("sh", ["-c", Guard, "etcdadmin", path])));
    }

    /// <summary>A file or folder in it.</summary>
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
                // A process that was just killed may still have made a file.
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
            $"A drill of this snapshot takes {needed >> 20} MB in '{folder}', and {free >> 20} MB are free.")
        {
            Target = folder,
            NextStep = "Name a folder on a larger disk (-ScratchPath).",
        };
    }
}
