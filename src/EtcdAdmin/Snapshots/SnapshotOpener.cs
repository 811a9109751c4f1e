using EtcdAdmin.Database;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Snapshots.Formats;
using EtcdAdmin.Snapshots.Formats.Encryption;

namespace EtcdAdmin.Snapshots;

/// <summary>Opens a snapshot in any format as a plain database file.</summary>
public static class SnapshotOpener
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Recognizes the format by the content and unpacks the file. A plain file is used in place.</summary>
    /// <param name="path">
    /// The file: a database with or without a SHA-256 at its end; a database in gzip; a zip, tar or tar.gz archive with one database, as
    /// the older tools made them; any of these encrypted.
    /// </param>
    /// <param name="secrets">The secrets to open an encrypted file; null for none.</param>
    /// <param name="events">Receives progress in bytes, and warnings; null for none.</param>
    /// <param name="cancellationToken">Cancels the opening; nothing is left behind.</param>
    /// <returns>The open snapshot. Dispose it after the last read.</returns>
    /// <exception cref="EtcdException">
    /// SnapshotNotFound, SnapshotUnreadable: the file. SnapshotInvalid: damaged, a folder, an archive with no database or several databases.
    /// SnapshotNotSupported: a backup in the style of etcd v2. SnapshotEncrypted, SnapshotKeyWrong: the secrets. DiskFull, FileWriteFailed:
    /// the folder for temporary files.
    /// </exception>
    public static Task<OpenSnapshot> OpenAsync(
        string path, SnapshotSecrets? secrets, IProgress<EtcdEvent>? events, CancellationToken cancellationToken) =>
        OpenAsync(path, secrets, new UnpackLimits(), events, cancellationToken);

    internal static async Task<OpenSnapshot> OpenAsync(
        string path, SnapshotSecrets? secrets, UnpackLimits limits, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string source = Path.GetFullPath(path);
        if (Directory.Exists(source)) SnapshotFile.Open(source).Dispose(); // throws the error for a folder
        try
        {
            SnapshotFile.RequireContent(source);
            SnapshotManifest? manifest = await SnapshotManifest.FindAsync(source, cancellationToken).ConfigureAwait(false);
            // .NET takes a shared lock, which fails while an etcd is writing the file.
            var file = new FileStream(
                source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 16, FileOptions.Asynchronous);
            await using (file.ConfigureAwait(false))
            {
                if (!file.CanSeek) throw new NotSupportedException(); // a pipe; reported below
                ContentKind kind = await LookAsync(file, cancellationToken).ConfigureAwait(false);
                if (kind == ContentKind.Other) return new OpenSnapshot(source, SnapshotFormat.Plain, unpacked: null) { Manifest = manifest };
                return await UnpackAsync(file, source, secrets, limits, manifest, events, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is not EtcdException && SnapshotFile.Translate(source, e) is { } error)
        {
            throw error;
        }
    }

    /// <summary>Detects the type of the file from its first bytes and moves back to the start.</summary>
    private static async Task<ContentKind> LookAsync(FileStream file, CancellationToken cancellationToken)
    {
        byte[] head = new byte[ContentKinds.HeadSize];
        int read = await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        file.Position = 0;
        return ContentKinds.Of(head.AsSpan(0, read));
    }

    private static async Task<OpenSnapshot> UnpackAsync(
        FileStream file, string source, SnapshotSecrets? secrets, UnpackLimits limits, SnapshotManifest? manifest, IProgress<EtcdEvent>? events,
        CancellationToken cancellationToken)
    {
        string activity = $"Unpacking {Path.GetFileName(source)}";
        PrivateFile target = PrivateFile.Create(limits.Folder);
        try
        {
            var unpacker = new Unpacker(source, secrets, limits, target, Progress(events, activity, file));
            await unpacker.UnpackAsync(file, cancellationToken).ConfigureAwait(false);
            foreach (string warning in unpacker.Warnings) events.Warning(warning);
            return new OpenSnapshot(source, unpacker.Format, target) { Warnings = unpacker.Warnings, Manifest = manifest };
        }
        catch
        {
            target.Dispose();
            throw;
        }
        finally
        {
            events.Progress(activity, "Done", 1);
        }
    }

    private static Action Progress(IProgress<EtcdEvent>? events, string activity, FileStream file)
    {
        long size = file.Length;
        long start = TimeProvider.System.GetTimestamp();
        TimeSpan next = TimeSpan.Zero;
        return () =>
        {
            TimeSpan elapsed = TimeProvider.System.GetElapsedTime(start);
            if (elapsed < next) return;
            next = elapsed + ReportInterval;
            events.Progress(activity, $"{file.Position >> 20} of {size >> 20} MB", Math.Min(0.99, file.Position / (double)Math.Max(1, size)));
        };
    }
}
