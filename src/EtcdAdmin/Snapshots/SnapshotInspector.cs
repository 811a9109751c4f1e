using EtcdAdmin.Snapshots.Bolt;
using Microsoft.Win32.SafeHandles;

namespace EtcdAdmin.Snapshots;

/// <summary>Reads etcd database files on any machine, without etcd.</summary>
public static class SnapshotInspector
{
    private const long ProgressEvery = 32 << 20;

    /// <summary>Reads and verifies a snapshot file, or the <c>member/snap/db</c> of a stopped member.</summary>
    /// <param name="path">The file; never written.</param>
    /// <param name="events">Progress in bytes; null for none. Called from another thread.</param>
    /// <param name="cancellationToken">Ends the reading; nothing remains.</param>
    /// <returns>What the file holds. A wrong trailing checksum is told in it, not thrown.</returns>
    /// <exception cref="EtcdException">
    /// SnapshotNotFound: no such file. SnapshotUnreadable: the operating system refused, or a running etcd has it locked.
    /// SnapshotInvalid: no etcd database, cut off, or damaged; the message names the place.
    /// </exception>
    /// <remarks>
    /// Every page that is in use is read and checked; pages on the free list are only hashed. An etcd that is started on the file
    /// waits until it has been read. Memory: a few MB, and about 25 bytes for each key that exists.
    /// </remarks>
    public static Task<SnapshotInfo> InspectAsync(string path, IProgress<EtcdEvent>? events, CancellationToken cancellationToken) =>
        InspectAsync(path, known: null, events, cancellationToken);

    /// <summary>The same for a file whose digest is known because it has just been written: only its contents are read.</summary>
    internal static async Task<SnapshotInfo> InspectAsync(
        string path,
        SnapshotDigest? known,
        IProgress<EtcdEvent>? events,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string fullPath = Path.GetFullPath(path);
        try
        {
            using SafeFileHandle handle = Open(fullPath);
            return await ReadAsync(handle, fullPath, known, events, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Error(EtcdErrorIds.SnapshotNotFound, EtcdErrorKind.NotFound, fullPath, "there is no such file", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw Error(EtcdErrorIds.SnapshotUnreadable, EtcdErrorKind.PermissionDenied, fullPath, e.Message, e);
        }
        catch (IOException e)
        {
            throw Error(EtcdErrorIds.SnapshotUnreadable, EtcdErrorKind.HostOperation, fullPath, e.Message, e);
        }
    }

    private static EtcdException Error(string id, EtcdErrorKind kind, string path, string reason, Exception cause) =>
        new(id, kind, $"Cannot read '{path}': {reason.TrimEnd('.')}.", cause) { Target = path };

    private static SafeFileHandle Open(string path)
    {
        if (Directory.Exists(path))
            throw SnapshotDamage.Whole(path, "it is a folder; a member's database is member/snap/db in its data directory");

        // On Unix, .NET takes a shared lock for it, which the exclusive one of a running etcd refuses: nothing is read that changes meanwhile.
        SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            RandomAccess.GetLength(handle);
            return handle;
        }
        catch (NotSupportedException e)
        {
            handle.Dispose();
            throw Error(EtcdErrorIds.SnapshotInvalid, EtcdErrorKind.InvalidData, path, "it is a pipe or device, not a file", e);
        }
    }

    private static async Task<SnapshotInfo> ReadAsync(
        SafeFileHandle handle,
        string path,
        SnapshotDigest? known,
        IProgress<EtcdEvent>? events,
        CancellationToken cancellationToken)
    {
        long size = RandomAccess.GetLength(handle);
        var file = new BoltFile(handle, path, SnapshotDigest.DatabaseSize(size));
        string activity = $"Reading {Path.GetFileName(path)}";

        // The two halves cost about the same (hashing everything, walking the trees), and share what the page cache holds.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<SnapshotContents> contents = Task.Run(() => SnapshotContents.Read(file, either.Token), either.Token);
        Task<SnapshotDigest> digest = known is not null ? Task.FromResult(known) : Task.Run(
            () => SnapshotDigest.Compute(handle, size, Progress(events, activity, size), either.Token), either.Token);
        try
        {
            Task first = await Task.WhenAny(contents, digest).ConfigureAwait(false);
            await first.ConfigureAwait(false);
            SnapshotContents walked = await contents.ConfigureAwait(false);
            SnapshotDigest hashed = await digest.ConfigureAwait(false);
            events.Progress(activity, "Done", 1);
            return Combine(file, size, walked, hashed);
        }
        finally
        {
            // The handle is closed next, so neither half may still be reading.
            await either.CancelAsync().ConfigureAwait(false);
            await ((Task)contents).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ((Task)digest).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static Action<long> Progress(IProgress<EtcdEvent>? events, string activity, long size)
    {
        long next = 0;
        return done =>
        {
            if (done < next) return;
            next = done + ProgressEvery;
            events.Progress(activity, $"{done >> 20} of {size >> 20} MB", Math.Min(0.99, (double)done / size));
        };
    }

    private static SnapshotInfo Combine(BoltFile file, long size, SnapshotContents contents, SnapshotDigest digest) =>
        new()
        {
            Path = file.Path,
            Size = size,
            DatabaseSize = file.Length,
            HasTrailer = digest.HasTrailer,
            TrailerValid = digest.TrailerValid,
            Sha256 = digest.Sha256,
            Hash = contents.Hash,
            Revision = contents.Revision,
            CompactRevision = contents.CompactRevision,
            TotalKeys = contents.TotalKeys,
            TotalRevisions = contents.TotalRevisions,
            TotalRecords = contents.TotalRecords,
            ClusterVersion = contents.ClusterVersion,
            StorageVersion = contents.StorageVersion,
            ConsistentIndex = contents.ConsistentIndex,
            Term = contents.Term,
            AuthEnabled = contents.AuthEnabled,
            Members = contents.Members,
        };
}
