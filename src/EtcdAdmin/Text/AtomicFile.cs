using EtcdAdmin.Errors;

namespace EtcdAdmin.Text;

/// <summary>Writes files atomically: a reader sees the old content or the new content, never a mixture.</summary>
/// <remarks>The bytes are written to <c>path.part</c> beside the target, flushed to disk, and renamed. If two writers write to one path at the same
/// time, the later one fails; it detects the other writer by .NET's file lock, where the file system supports locks. The folder entry is not synced,
/// because .NET opens no handle on a directory: after a power cut the old file may be back, with its complete old content.</remarks>
internal static class AtomicFile
{
    /// <summary>For files with private keys.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>For files that all users may read.</summary>
    public const UnixFileMode Public = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>For folders with private keys.</summary>
    public const UnixFileMode OwnerOnlyFolder = OwnerOnly | UnixFileMode.UserExecute;

    // The age at which TryReserve takes a part file for a leftover: locks do not work on every share, and a running snapshot writes all the time.
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromMinutes(10);

    /// <summary>Writes a file; an existing file is replaced.</summary>
    /// <param name="path">Its folder exists.</param>
    /// <param name="content">The complete content.</param>
    /// <param name="mode">Set before the first byte is written, whatever the umask; on Windows the folder's access list applies instead.</param>
    /// <param name="cancellationToken">Honoured until the rename; a cancelled write leaves no file.</param>
    /// <exception cref="EtcdException">DiskFull or FileWriteFailed; the target is unchanged.</exception>
    public static Task WriteAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode mode, CancellationToken cancellationToken) =>
        WriteAsync(path, (file, token) => file.WriteAsync(content, token).AsTask(), mode, overwrite: true, cancellationToken);

    /// <summary>Writes a file that must not exist yet.</summary>
    /// <inheritdoc cref="WriteAsync(string, ReadOnlyMemory{byte}, UnixFileMode, CancellationToken)"/>
    /// <exception cref="EtcdException">FileExists, DiskFull or FileWriteFailed; the target is unchanged.</exception>
    public static Task WriteNewAsync(
        string path, ReadOnlyMemory<byte> content, UnixFileMode mode, CancellationToken cancellationToken) =>
        WriteNewAsync(path, (file, token) => file.WriteAsync(content, token).AsTask(), mode, cancellationToken);

    /// <summary>Writes a file that must not exist yet, in pieces.</summary>
    /// <param name="path">Its folder exists.</param>
    /// <param name="write">Writes the content. If it throws, no file is left and the exception is passed on.</param>
    /// <param name="mode">As above.</param>
    /// <param name="cancellationToken">As above.</param>
    /// <exception cref="EtcdException">FileExists, DiskFull or FileWriteFailed; the target is unchanged.</exception>
    public static Task WriteNewAsync(
        string path, Func<FileStream, CancellationToken, Task> write, UnixFileMode mode, CancellationToken cancellationToken) =>
        WriteAsync(path, write, mode, overwrite: false, cancellationToken);

    /// <summary>Writes a file in pieces.</summary>
    /// <param name="path">Its folder exists.</param>
    /// <param name="write">Writes the content. If it throws, no file is left and the exception is passed on.</param>
    /// <param name="mode">As above.</param>
    /// <param name="overwrite">Whether an existing file is replaced.</param>
    /// <param name="cancellationToken">As above.</param>
    /// <exception cref="EtcdException">FileExists, DiskFull or FileWriteFailed; the target is unchanged.</exception>
    public static async Task WriteAsync(
        string path, Func<FileStream, CancellationToken, Task> write, UnixFileMode mode, bool overwrite, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!overwrite && Path.Exists(path)) throw Exists(path, null);
        string part = PartOf(path);
        FileStream file;
        try
        {
            // The leftover of a crash may have another mode, and opening it would keep that mode.
            if (!TryRemoveLeftover(part, TimeSpan.Zero)) throw new IOException($"'{part}' is in use by another process.");
            file = Create(part, mode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw WriteFailed(path, e);
        }

        await WriteReservedAsync(path, file, write, overwrite, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reserves a name for a file to be written, against other writers on this machine; null if the name is taken.</summary>
    /// <remarks>The leftover of an interrupted writer keeps the name for ten minutes.</remarks>
    /// <param name="path">Its folder exists.</param>
    /// <param name="mode">As above.</param>
    /// <returns>The part file, for <see cref="WriteReservedAsync"/>, which also removes it.</returns>
    /// <exception cref="EtcdException">DiskFull or FileWriteFailed.</exception>
    public static FileStream? TryReserve(string path, UnixFileMode mode)
    {
        string part = PartOf(path);
        if (Path.Exists(path)) return null;
        try
        {
            return TryRemoveLeftover(part, LeftoverAge) ? Create(part, mode) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Path.Exists(part) ? null : throw WriteFailed(path, e);
        }
    }

    /// <summary>Writes a file in pieces into an open part file.</summary>
    /// <param name="path">As above.</param>
    /// <param name="file">The part file; this method closes it.</param>
    /// <param name="write">As above.</param>
    /// <param name="overwrite">As above.</param>
    /// <param name="cancellationToken">As above.</param>
    /// <exception cref="EtcdException">FileExists, DiskFull or FileWriteFailed; the target is unchanged.</exception>
    public static async Task WriteReservedAsync(
        string path, FileStream file, Func<FileStream, CancellationToken, Task> write, bool overwrite, CancellationToken cancellationToken)
    {
        string part = PartOf(path);
        try
        {
            await using (file.ConfigureAwait(false))
            {
                await write(file, cancellationToken).ConfigureAwait(false);
                await file.FlushAsync(cancellationToken).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }

            cancellationToken.ThrowIfCancellationRequested();
            File.Move(part, path, overwrite);
        }
        catch (Exception e)
        {
            Discard(part);
            if (!overwrite && e is IOException && Path.Exists(path)) throw Exists(path, e);
            if (e is IOException or UnauthorizedAccessException) throw WriteFailed(path, e);
            throw;
        }
    }

    /// <summary>Removes the leftover of an interrupted writer.</summary>
    /// <param name="part">The part file, which may not exist.</param>
    /// <param name="age">The time since the last write to it.</param>
    /// <returns>False if a process has the file open, or may have.</returns>
    private static bool TryRemoveLeftover(string part, TimeSpan age)
    {
        var leftover = new FileInfo(part);
        if (leftover.LinkTarget is not null)
        {
            leftover.Delete(); // not one of ours, so the link is not followed
            return true;
        }

        if (!leftover.Exists) return true;
        try
        {
            // A writer has the file open, which is a lock in .NET; it is open for reading too, because NFS has no locks for writing alone.
            using (var held = new FileStream(part, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0))
            {
                // Checked again under the lock: another process may have replaced this file meanwhile.
                leftover.Refresh();
                if (!leftover.Exists) return true;
                DateTime written = leftover.LastWriteTimeUtc;
                if (written != File.GetLastWriteTimeUtc(held.SafeFileHandle) || DateTime.UtcNow - written < age) return false;
                if (!OperatingSystem.IsWindows()) leftover.Delete();
            }

            if (OperatingSystem.IsWindows()) leftover.Delete(); // Windows does not delete a file that is open
            return true;
        }
        catch (FileNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string PartOf(string path) => path + ".part";

    private static FileStream Create(string path, UnixFileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite, // see TryRemoveLeftover
            Share = FileShare.Read, // a snapshot is checked before it gets its name
            BufferSize = 0,
            Options = FileOptions.Asynchronous,
        };
        if (OperatingSystem.IsWindows()) return new FileStream(path, options);

        options.UnixCreateMode = mode;
        var file = new FileStream(path, options);
        File.SetUnixFileMode(file.SafeFileHandle, mode); // at creation the umask removed bits of the mode
        return file;
    }

    private static void Discard(string part)
    {
        try
        {
            File.Delete(part);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Only the first failure is reported; a part file is never mistaken for the target.
        }
    }

    private static EtcdException Exists(string path, Exception? cause) =>
        new(EtcdErrorIds.FileExists, $"'{path}' already exists.", cause)
        {
            Target = path,
            NextStep = "Choose another name, or overwrite the file with -Force if the command has that switch.",
        };

    /// <summary>The error for a file or folder of this machine that could not be written.</summary>
    /// <returns>DiskFull or FileWriteFailed.</returns>
    public static EtcdException WriteFailed(string path, Exception cause) => IsDiskFull(cause)
        ? new(EtcdErrorIds.DiskFull, $"Cannot write '{path}': the disk is full.", cause) { Target = path }
        : new(EtcdErrorIds.FileWriteFailed, $"Cannot write '{path}': "
            + $"{(cause is DirectoryNotFoundException ? "the folder does not exist." : cause.Message)}", cause)
        {
            Target = path,
        };

    // .NET passes errno on as HResult: ENOSPC is 28 and EDQUOT 122 (Linux) or 69 (macOS); Windows: ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL.
    private static bool IsDiskFull(Exception e) => OperatingSystem.IsWindows()
        ? e.HResult is unchecked((int)0x80070027) or unchecked((int)0x80070070)
        : e.HResult is 28 || e.HResult == (OperatingSystem.IsMacOS() ? 69 : 122);
}
