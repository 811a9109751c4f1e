using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Errors;
using Microsoft.Win32.SafeHandles;

namespace EtcdAdmin.Database;

/// <summary>An etcd database file, open for reading only.</summary>
internal sealed class SnapshotFile : IDisposable
{
    private readonly SafeFileHandle _handle;

    private SnapshotFile(SafeFileHandle handle, BoltFile database, long size)
    {
        _handle = handle;
        Database = database;
        Size = size;
    }

    /// <summary>The open file.</summary>
    public SafeFileHandle Handle => _handle;

    /// <summary>The database in the file.</summary>
    public BoltFile Database { get; }

    /// <summary>Bytes of the file, including the checksum at the end of a snapshot.</summary>
    public long Size { get; }

    /// <summary>Opens the file and reads its meta pages.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="EtcdException">SnapshotNotFound, SnapshotUnreadable, SnapshotInvalid.</exception>
    public static SnapshotFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string fullPath = Path.GetFullPath(path);
        return Guard(fullPath, () =>
        {
            SafeFileHandle handle = OpenHandle(fullPath);
            try
            {
                long size = RandomAccess.GetLength(handle);
                return new SnapshotFile(handle, new BoltFile(handle, fullPath, SnapshotDigest.DatabaseSize(size)), size);
            }
            catch
            {
                handle.Dispose();
                throw;
            }
        });
    }

    /// <summary>Runs an action on the file and translates operating system errors into errors of this library.</summary>
    /// <exception cref="EtcdException">SnapshotNotFound, SnapshotUnreadable, and what <paramref name="read"/> throws.</exception>
    public T Guard<T>(Func<T> read) => Guard(Database.Path, read);

    public void Dispose() => _handle.Dispose();

    /// <summary>Translates an operating system error for a file into an error of this library; null for other errors.</summary>
    public static EtcdException? Translate(string path, Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException => Error(
            EtcdErrorIds.SnapshotNotFound, path, "the file does not exist",
            "Check the path. Get-EtcdSnapshot with a folder lists the snapshots in the folder.", error),
        UnauthorizedAccessException => Error(
            EtcdErrorIds.SnapshotUnreadable, path, error.Message,
            "Run the command as a user who may read the file, or copy the file to a folder that this user may read.", error),
        NotSupportedException => Error(
            EtcdErrorIds.SnapshotInvalid, path, "it is a pipe or device, not a file",
            "Save the data to a file first, then use the path of that file.", error),
        IOException when IsLocked(error) => Error(
            EtcdErrorIds.SnapshotUnreadable, path, "another process has locked the file (a running etcd does this)",
            "Save a snapshot of the live cluster instead (Save-EtcdSnapshot), or stop the member first.", error),
        IOException => Error(EtcdErrorIds.SnapshotUnreadable, path, error.Message, "Check the disk that holds the file.", error),
        _ => null,
    };

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (Translate(path, e) is { } error)
        {
            throw error;
        }
    }

    private static SafeFileHandle OpenHandle(string path)
    {
        if (Directory.Exists(path))
            throw SnapshotDamage.File(path, "it is a folder (a member's database is the file member/snap/db in its data directory)");
        RequireContent(path);
        // On Unix, .NET takes a shared lock. A running etcd holds an exclusive lock, so opening fails and no changing data is read.
        return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    /// <summary>Refuses pipes, devices and empty files before opening: opening a pipe blocks until another process writes to the pipe.</summary>
    /// <exception cref="EtcdException">SnapshotInvalid.</exception>
    public static void RequireContent(string path)
    {
        if (new FileInfo(path) is { Exists: true, Length: 0 })
            throw SnapshotDamage.File(path, "it is not a bbolt database (it is an empty file, a pipe or a device)");
    }

    // .NET passes errno as HResult: EWOULDBLOCK is 11 (Linux) or 35 (macOS); Windows: ERROR_SHARING_VIOLATION.
    private static bool IsLocked(Exception error) => OperatingSystem.IsWindows()
        ? error.HResult is unchecked((int)0x80070020)
        : error.HResult == (OperatingSystem.IsMacOS() ? 35 : 11);

    private static EtcdException Error(string id, string path, string reason, string nextStep, Exception cause) =>
        new(id, $"Cannot read '{path}': {reason.TrimEnd('.')}.", cause) { Target = path, NextStep = nextStep };
}
