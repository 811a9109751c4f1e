using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;

namespace EtcdAdmin.Database;

/// <summary>Reads etcd database files on any machine, without etcd.</summary>
public static class SnapshotInspector
{
    private const long ProgressEvery = 32 << 20;

    /// <summary>Reads and verifies a snapshot file, or the <c>member/snap/db</c> of a stopped member.</summary>
    /// <param name="path">Path of the file. The file is only read.</param>
    /// <param name="events">Receives progress in bytes; null for no progress. Called from another thread.</param>
    /// <param name="cancellationToken">Cancels the reading; nothing is left behind.</param>
    /// <returns>The contents of the file. A wrong trailing checksum is reported in the result, not thrown.</returns>
    /// <exception cref="EtcdException">
    /// SnapshotNotFound: the file does not exist. SnapshotUnreadable: the operating system refused, or a running etcd has locked the file.
    /// SnapshotInvalid: not an etcd database, truncated, or damaged; the message gives the position.
    /// </exception>
    /// <remarks>
    /// Every page in use is read and checked; pages on the free list are only hashed. An etcd that is started on the file
    /// waits until the reading ends. Memory: a few MB, and about 40 bytes for each existing key.
    /// </remarks>
    public static Task<SnapshotInfo> InspectAsync(string path, IProgress<EtcdEvent>? events, CancellationToken cancellationToken) =>
        InspectAsync(path, known: null, events, cancellationToken);

    /// <summary>Inspects a file whose digest is known because the file has just been written. Only the contents are read.</summary>
    internal static async Task<SnapshotInfo> InspectAsync(
        string path,
        SnapshotDigest? known,
        IProgress<EtcdEvent>? events,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using SnapshotFile file = SnapshotFile.Open(path);
        try
        {
            return await ReadAsync(file, known, events, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e) when (SnapshotFile.Translate(file.Database.Path, e) is { } error)
        {
            throw error;
        }
    }

    private static async Task<SnapshotInfo> ReadAsync(
        SnapshotFile file, SnapshotDigest? known, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        string activity = $"Reading {Path.GetFileName(file.Database.Path)}";

        // Both halves (hashing all bytes, walking the trees) cost about the same and share the page cache.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<SnapshotContents> contents = Task.Run(() => SnapshotContents.Read(file.Database, either.Token), either.Token);
        Task<SnapshotDigest> digest = known is not null ? Task.FromResult(known) : Task.Run(
            () => SnapshotDigest.Compute(file.Handle, file.Size, Progress(events, activity, file.Size), either.Token), either.Token);
        try
        {
            Task first = await Task.WhenAny(contents, digest).ConfigureAwait(false);
            await first.ConfigureAwait(false);
            SnapshotContents walked = await contents.ConfigureAwait(false);
            SnapshotDigest hashed = await digest.ConfigureAwait(false);
            events.Progress(activity, "Done", 1);
            return Combine(file.Database, file.Size, walked, hashed);
        }
        finally
        {
            // The handle is closed next, so both halves must have ended.
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
            HashKv = contents.HashKv,
            Revision = contents.Revision,
            CompactRevision = contents.CompactRevision,
            TotalKeys = contents.TotalKeys,
            TotalRevisions = contents.TotalRevisions,
            TotalRecords = contents.TotalRecords,
            LostPages = contents.LostPages,
            ClusterVersion = contents.ClusterVersion,
            StorageVersion = contents.StorageVersion,
            DowngradeTarget = contents.DowngradeTarget,
            ConsistentIndex = contents.ConsistentIndex,
            Term = contents.Term,
            AuthEnabled = contents.Auth.Enabled,
            Users = contents.Auth.Users,
            Roles = contents.Auth.Roles,
            Leases = contents.Leases,
            Alarms = contents.Membership.Alarms,
            Members = contents.Membership.Members,
            RemovedMembers = contents.Membership.Removed,
        };
}
