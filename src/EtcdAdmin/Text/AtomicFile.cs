using EtcdAdmin.Errors;

namespace EtcdAdmin.Text;

/// <summary>Writes whole files so that a reader sees the old content or the new one, never half of it.</summary>
/// <remarks>
/// The bytes go to <c>path.part</c> beside the target, reach the disk, and are then renamed. Of two writers of one path at the same
/// time the later one fails; what tells it is the lock of .NET, where the file system has locks. The folder entry itself is not synced: .NET opens no handle on a directory, so
/// after a power cut the old name may be back, with its whole old content.
/// </remarks>
internal static class AtomicFile
{
    /// <summary>For private keys and everything that holds one.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>For what everybody may read.</summary>
    public const UnixFileMode Public = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>For folders that hold private keys.</summary>
    public const UnixFileMode OwnerOnlyFolder = OwnerOnly | UnixFileMode.UserExecute;

    // What TryReserve takes for left behind: locks do not work on every share, and whoever writes a snapshot writes all the time.
    private static readonly TimeSpan SurelyLeft = TimeSpan.FromMinutes(10);

    /// <summary>Writes a file, in place of an existing one.</summary>
    /// <param name="path">Its folder exists.</param>
    /// <param name="content">The whole content.</param>
    /// <param name="mode">Set before the first byte is written, whatever the umask; Windows has the folder's access list instead.</param>
    /// <param name="cancellationToken">Honoured until the rename; a cancelled write leaves nothing behind.</param>
    /// <exception cref="EtcdException">DiskFull or FileWriteFailed; the target is as it was.</exception>
    public static Task WriteAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode mode, CancellationToken cancellationToken) =>
        WriteAsync(path, (file, token) => file.WriteAsync(content, token).AsTask(), mode, overwrite: true, cancellationToken);

    /// <summary>Writes a file that must not be there yet.</summary>
    /// <inheritdoc cref="WriteAsync(string, ReadOnlyMemory{byte}, UnixFileMode, CancellationToken)"/>
    /// <exception cref="EtcdException">FileExists, DiskFull or FileWriteFailed; the target is as it was.</exception>
    public static Task WriteNewAsync(
        string path, ReadOnlyMemory<byte> content, UnixFileMode mode, CancellationToken cancellationToken) =>
        WriteNewAsync(path, (file, token) => file.WriteAsync(content, token).AsTask(), mode, cancellationToken);

    /// <summary>Writes a file that must not be there yet, piece by piece.</summary>
    /// <param name="path">Its folder exists.</param>
    /// <param name="write">Writes the content; what it throws leaves nothing behind and is passed on.</param>
    /// <param name="mode">As above.</param>
    /// <param name="cancellationToken">As above.</param>
    /// <exception cref="EtcdException">FileExists, DiskFull or FileWriteFailed; the target is as it was.</exception>
    public static Task WriteNewAsync(
        string path, Func<FileStream, CancellationToken, Task> write, UnixFileMode mode, CancellationToken cancellationToken) =>
        WriteAsync(path, write, mode, overwrite: false, cancellationToken);

    /// <summary>Writes a file piece by piece.</summary>
    /// <param name="path">Its folder exists.</param>
    /// <param name="write">Writes the content; what it throws leaves nothing behind and is passed on.</param>
    /// <param name="mode">As above.</param>
    /// <param name="overwrite">Whether it takes the place of an existing one.</param>
    /// <param name="cancellationToken">As above.</param>
    /// <exception cref="EtcdException">FileExists, DiskFull or FileWriteFailed; the target is as it was.</exception>
    public static async Task WriteAsync(
        string path, Func<FileStream, CancellationToken, Task> write, UnixFileMode mode, bool overwrite, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!overwrite && Path.Exists(path)) throw Exists(path, null);
        string part = PartOf(path);
        FileStream file;
        try
        {
            // A left-over of a crash has a mode of its own, which opening it would keep.
            if (!TryRemoveRest(part, TimeSpan.Zero)) throw new IOException($"'{part}' is there, and another process has it.");
            file = Create(part, mode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw WriteFailed(path, e);
        }

        await WriteReservedAsync(path, file, write, overwrite, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes a name for a file to be written, so that nobody else who asks for one here does; null where somebody has it.</summary>
    /// <remarks>What an interrupted writer has left keeps the name for ten minutes.</remarks>
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
            return TryRemoveRest(part, SurelyLeft) ? Create(part, mode) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Path.Exists(part) ? null : throw WriteFailed(path, e);
        }
    }

    /// <summary>Writes a file piece by piece into a part file that is open already.</summary>
    /// <param name="path">As above.</param>
    /// <param name="file">The part file; closed by this.</param>
    /// <param name="write">As above.</param>
    /// <param name="overwrite">As above.</param>
    /// <param name="cancellationToken">As above.</param>
    /// <exception cref="EtcdException">FileExists, DiskFull or FileWriteFailed; the target is as it was.</exception>
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

    /// <summary>Removes what an interrupted writer has left, if it is that.</summary>
    /// <param name="part">The part file, there or not.</param>
    /// <param name="age">How long nobody has written to it.</param>
    /// <returns>False: somebody has it, or may have.</returns>
    private static bool TryRemoveRest(string part, TimeSpan age)
    {
        var rest = new FileInfo(part);
        if (rest.LinkTarget is not null)
        {
            rest.Delete(); // none of ours, and not to be followed
            return true;
        }

        if (!rest.Exists) return true;
        try
        {
            // Whoever writes one has it open, and with .NET that is a lock; for reading too, as on NFS there is none for writing alone.
            using (var held = new FileStream(part, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0))
            {
                // Under the lock once more: another may have removed this one meanwhile, and put its own in its place.
                rest.Refresh();
                if (!rest.Exists) return true;
                if (rest.LastWriteTimeUtc != File.GetLastWriteTimeUtc(held.SafeFileHandle) || DateTime.UtcNow - rest.LastWriteTimeUtc < age) return false;
                if (!OperatingSystem.IsWindows()) rest.Delete();
            }

            if (OperatingSystem.IsWindows()) rest.Delete(); // not while it is open; nor while another has it open
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
            Access = FileAccess.ReadWrite, // see TryRemoveRest
            Share = FileShare.Read, // a snapshot is checked before it gets its name
            BufferSize = 0,
            Options = FileOptions.Asynchronous,
        };
        if (OperatingSystem.IsWindows()) return new FileStream(path, options);

        options.UnixCreateMode = mode;
        var file = new FileStream(path, options);
        File.SetUnixFileMode(file.SafeFileHandle, mode); // the umask has taken its share of the mode at creation
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
            // The first failure is the one to report; a part file is never taken for the real one.
        }
    }

    private static EtcdException Exists(string path, Exception? cause) =>
        new(EtcdErrorIds.FileExists, $"'{path}' exists already.", cause)
        {
            Target = path,
            NextStep = "Choose another name, or ask for it to be overwritten.",
        };

    /// <summary>The error for a file or folder of this machine that could not be written.</summary>
    /// <returns>DiskFull or FileWriteFailed.</returns>
    public static EtcdException WriteFailed(string path, Exception cause) => IsDiskFull(cause)
        ? new(EtcdErrorIds.DiskFull, $"Cannot write '{path}': the disk is full.", cause) { Target = path }
        : new(EtcdErrorIds.FileWriteFailed, $"Cannot write '{path}': {(cause is DirectoryNotFoundException ? "there is no such folder." : cause.Message)}", cause)
        {
            Target = path,
        };

    // .NET hands on errno as HResult: ENOSPC is 28 and EDQUOT 122 (Linux) or 69 (macOS); Windows: ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL.
    private static bool IsDiskFull(Exception e) => OperatingSystem.IsWindows()
        ? e.HResult is unchecked((int)0x80070027) or unchecked((int)0x80070070)
        : e.HResult is 28 || e.HResult == (OperatingSystem.IsMacOS() ? 69 : 122);
}
