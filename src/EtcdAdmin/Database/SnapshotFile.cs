using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Errors;
using Microsoft.Win32.SafeHandles;

namespace EtcdAdmin.Database;

/// <summary>An etcd database that is open for reading; never written.</summary>
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

    /// <summary>The database in it.</summary>
    public BoltFile Database { get; }

    /// <summary>Bytes of the file, with a snapshot's checksum at its end.</summary>
    public long Size { get; }

    /// <summary>Opens it and reads its meta pages.</summary>
    /// <param name="path">Of the file.</param>
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

    /// <summary>Does something with the file and says what the operating system refused in the words of this library.</summary>
    /// <exception cref="EtcdException">SnapshotNotFound, SnapshotUnreadable, and what <paramref name="read"/> throws.</exception>
    public T Guard<T>(Func<T> read) => Guard(Database.Path, read);

    public void Dispose() => _handle.Dispose();

    /// <summary>What the operating system says of a file, in the words of this library; null for what is none of its errors.</summary>
    public static EtcdException? Translate(string path, Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException => Error(EtcdErrorIds.SnapshotNotFound, path, "there is no such file", "Look at the path; Get-EtcdSnapshot with a folder lists the snapshots in it.", error),
        UnauthorizedAccessException => Error(EtcdErrorIds.SnapshotUnreadable, path, error.Message, "Read it as a user who may, or copy it to where this user may read.", error),
        NotSupportedException => Error(EtcdErrorIds.SnapshotInvalid, path, "it is a pipe or device, not a file", "Write what comes out of it into a file, and name that.", error),
        IOException when IsLocked(error) => Error(EtcdErrorIds.SnapshotUnreadable, path, "another process has locked it, as a running etcd does", "Save a snapshot of the live cluster instead (Save-EtcdSnapshot), or stop the member first.", error),
        IOException => Error(EtcdErrorIds.SnapshotUnreadable, path, error.Message, "Look at the disk that the file is on.", error),
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
            throw SnapshotDamage.Whole(path, "it is a folder; a member's database is member/snap/db in its data directory");
        RequireContent(path);
        // On Unix, .NET takes a shared lock for it, which the exclusive one of a running etcd refuses: nothing is read that changes meanwhile.
        return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    /// <summary>Refuses what has no length, before it is opened: opening a pipe waits for whoever writes to it, and nothing would end that.</summary>
    /// <exception cref="EtcdException">SnapshotInvalid.</exception>
    public static void RequireContent(string path)
    {
        if (new FileInfo(path) is { Exists: true, Length: 0 })
            throw SnapshotDamage.Whole(path, "it is not a bbolt database (it looks like an empty file, or is a pipe or device)");
    }

    // .NET hands on errno as HResult: EWOULDBLOCK is 11 (Linux) or 35 (macOS); Windows: ERROR_SHARING_VIOLATION.
    private static bool IsLocked(Exception error) => OperatingSystem.IsWindows()
        ? error.HResult is unchecked((int)0x80070020)
        : error.HResult == (OperatingSystem.IsMacOS() ? 35 : 11);

    private static EtcdException Error(string id, string path, string reason, string nextStep, Exception cause) =>
        new(id, $"Cannot read '{path}': {reason.TrimEnd('.')}.", cause) { Target = path, NextStep = nextStep };
}
