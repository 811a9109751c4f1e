using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Database;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Snapshots.Retention;
using EtcdAdmin.Text;

namespace EtcdAdmin.Snapshots.Remote;

/// <summary>Copies snapshots to S3-compatible stores and pre-signed URLs, and from stores to folders.</summary>
/// <param name="context">The services to use.</param>
public sealed class SnapshotCopier(AdminContext context)
{
    /// <summary>
    /// Copies a snapshot and its manifest to a store. The snapshot is verified before, and the copy is compared afterwards. An existing
    /// identical copy is not sent again.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="destination"><c>s3://bucket/prefix/</c> (the file keeps its name), <c>s3://bucket/key</c>, or a pre-signed URL (https).</param>
    /// <param name="options">How to reach the store.</param>
    /// <param name="events">Receives progress in bytes.</param>
    /// <param name="cancellationToken">Cancels the copy; no object appears under the name.</param>
    /// <exception cref="EtcdException">
    /// SnapshotNotFound, SnapshotUnreadable. SnapshotInvalid: the snapshot is not valid. FileExists: another object already has the name.
    /// PermissionDenied, AuthFailed, TransferFailed: the store. ChecksumMismatch: the stored copy differs; it was deleted. InvalidArgument: not a
    /// valid destination, or its region is unknown.
    /// </exception>
    public async Task<EtcdRemoteSnapshot> UploadAsync(
        string path, string destination, S3Options options, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        string full = Path.GetFullPath(path);
        long start = context.Clock.GetTimestamp();
        Uri? url = S3Location.TryParse(destination, out S3Location? place) ? null : SignedUrl(destination);
        await RequireSoundAsync(full, events, cancellationToken).ConfigureAwait(false);
        string sha256 = await FileHash.ComputeAsync(full, cancellationToken).ConfigureAwait(false);
        var done = new EtcdRemoteSnapshot(full, "", new FileInfo(full).Length, sha256);
        if (place is not null) done = await ToStoreAsync(done, place, options, events, cancellationToken).ConfigureAwait(false);
        else done = await ToUrlAsync(done, url!, cancellationToken).ConfigureAwait(false); // a place or a URL is set
        return done with { Duration = context.Clock.GetElapsedTime(start) };
    }

    /// <summary>Lists the snapshots at a location in a store.</summary>
    /// <param name="source"><c>s3://bucket/key</c> for one object, whatever its name; or <c>s3://bucket/prefix/</c> for all snapshots directly
    /// below.</param>
    /// <param name="options">How to reach the store.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    /// <returns>Oldest name first.</returns>
    /// <exception cref="EtcdException">PermissionDenied, AuthFailed, TransferFailed.</exception>
    public static async Task<IReadOnlyList<S3Location>> ListAsync(S3Location source, S3Options options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        if (!source.IsPrefix) return [source];
        using var store = new S3Store(source, options);
        var names = new HashSet<string>(StringComparer.Ordinal);
        await foreach (RemoteObject found in store.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!found.Name.Contains('/', StringComparison.Ordinal)) names.Add(found.Name); // deeper folders are not listed
        }

        return [.. names.Where(name => SnapshotCatalogue.IsSnapshot(name, names.Contains)).Order(StringComparer.Ordinal).Select(source.Combine)];
    }

    /// <summary>
    /// Copies a snapshot and its manifest from a store to a folder. The file appears only when it is complete. An existing identical file
    /// is not copied again.
    /// </summary>
    /// <param name="source"><c>s3://bucket/key</c>.</param>
    /// <param name="folder">The folder; created if it does not exist.</param>
    /// <param name="options">How to reach the store.</param>
    /// <param name="events">Receives progress in bytes.</param>
    /// <param name="cancellationToken">Cancels the copy; an incomplete file is deleted.</param>
    /// <exception cref="EtcdException">
    /// SnapshotNotFound, PermissionDenied, TransferFailed, DiskFull, FileWriteFailed. FileExists: another file has the name. ChecksumMismatch: the
    /// file differs from the uploaded file.
    /// </exception>
    public async Task<EtcdRemoteSnapshot> DownloadAsync(
        S3Location source, string folder, S3Options options, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        (S3Location place, string name) = Split(source);
        using var store = new S3Store(place, options);
        string target = Path.GetFullPath(folder);
        PrivateFolder.Create(target);
        return await FromStoreAsync(store, place, name, target, events, cancellationToken).ConfigureAwait(false);
    }

    private async Task RequireSoundAsync(string path, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        RequireReadable(path);
        if (await new SoundSnapshots(context.Clock).ProblemAsync(path, restorable: false, events, cancellationToken).ConfigureAwait(
            false) is not { } problem) return;
        throw new EtcdException(EtcdErrorIds.SnapshotInvalid, $"'{path}' was not copied because it is not valid: {problem}.")
        {
            Target = path,
            NextStep = "Take a new snapshot. Test-EtcdSnapshot shows details of the damage.",
        };
    }

    /// <summary>Distinguishes a missing or unreadable file from an invalid snapshot.</summary>
    private static void RequireReadable(string path)
    {
        try
        {
            if (Directory.Exists(path) || new FileInfo(path) is { Exists: true, Length: 0 })
                return; // the check reports it; reading a pipe would wait forever
            File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete).Dispose();
        }
        catch (Exception e) when (SnapshotFile.Translate(path, e) is { } error)
        {
            throw error;
        }
    }

    private static async Task<EtcdRemoteSnapshot> ToStoreAsync(
        EtcdRemoteSnapshot file, S3Location destination, S3Options options, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        (S3Location place, string name) = destination.IsPrefix ? (destination, Path.GetFileName(file.Source)) : Split(destination);
        using var store = new S3Store(place, options);
        string activity = $"Copying {Path.GetFileName(file.Source)} to {place}";
        try
        {
            await store.UploadAsync(file.Source, name, file.Sha256, new Bytes(events, activity, file.Size), cancellationToken).ConfigureAwait(false);
            await ProveAsync(store, place, name, file, cancellationToken).ConfigureAwait(false);
            string manifest = SnapshotManifest.PathFor(file.Source);
            bool hasManifest = File.Exists(manifest);
            if (hasManifest)
            {
                string sha256 = await FileHash.ComputeAsync(manifest, cancellationToken).ConfigureAwait(false);
                await store.UploadAsync(manifest, SnapshotManifest.PathFor(name), sha256, null, cancellationToken).ConfigureAwait(false);
            }

            return file with { Destination = place.Combine(name).ToString(), Verified = true, HasManifest = hasManifest };
        }
        finally
        {
            events.Progress(activity, "Done", 1);
        }
    }

    /// <summary>Compares the stored copy with the sent file. A different object is deleted.</summary>
    private static async Task ProveAsync(
        IRemoteStore store, S3Location place, string name, EtcdRemoteSnapshot file, CancellationToken cancellationToken)
    {
        RemoteObject? found = await store.FindAsync(name, cancellationToken).ConfigureAwait(false);
        if (found?.Size == file.Size && found.Sha256 == file.Sha256) return;
        if (found is not null) await store.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
        throw new EtcdException(EtcdErrorIds.ChecksumMismatch, string.Create(CultureInfo.InvariantCulture,
            $"{place.Combine(name)} differs from the sent file ({found?.Size ?? 0} bytes instead of {file.Size}). The uploaded object was deleted; "
                + $"the local file is unchanged."))
        {
            Target = place.Combine(name).ToString(),
            NextStep = "Run the same command again.",
        };
    }

    private static async Task<EtcdRemoteSnapshot> ToUrlAsync(EtcdRemoteSnapshot file, Uri url, CancellationToken cancellationToken)
    {
        using var store = new PresignedStore(url);
        await store.UploadAsync(file.Source, cancellationToken).ConfigureAwait(false);
        return file with { Destination = store.Name };
    }

    private async Task<EtcdRemoteSnapshot> FromStoreAsync(
        IRemoteStore store, S3Location place, string name, string folder, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        long start = context.Clock.GetTimestamp();
        RemoteObject found = await store.FindAsync(name, cancellationToken).ConfigureAwait(false)
            ?? throw new EtcdException(EtcdErrorIds.SnapshotNotFound, $"{place.Combine(name)} does not exist.")
            {
                Target = place.Combine(name).ToString(),
                NextStep = "Check the name. To copy all snapshots below a prefix, end the name with a slash: s3://bucket/prefix/.",
            };
        string activity = $"Copying {name} from {place}";
        string path = Path.Combine(folder, Path.GetFileName(name));
        string manifest = SnapshotManifest.PathFor(path);
        bool isThere = await IsThereAsync(path, found, cancellationToken).ConfigureAwait(false);
        string sha256 = found.Sha256 ?? "";
        try
        {
            if (!isThere) await AtomicFile.WriteNewAsync(
                path,
                async (file, token) =>
                {
                    await store.DownloadAsync(name, file, new Bytes(events, activity, found.Size), token).ConfigureAwait(false);
                    sha256 = await FileHash.ComputeAsync(file.Name, token).ConfigureAwait(false);
                    FileHash.Require(place.Combine(name).ToString(), found.Sha256, sha256);
                },
                AtomicFile.OwnerOnly,
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            events.Progress(activity, "Done", 1);
        }

        bool hasManifest = await store.FindAsync(SnapshotManifest.PathFor(name), cancellationToken).ConfigureAwait(false) is not null;
        if (hasManifest && !(isThere && File.Exists(manifest)))
        {
            await AtomicFile.WriteAsync(
                manifest,
                (file, token) => store.DownloadAsync(SnapshotManifest.PathFor(name), file, null, token),
                AtomicFile.OwnerOnly,
                overwrite: true,
                cancellationToken).ConfigureAwait(false);
        }

        return new EtcdRemoteSnapshot(place.Combine(name).ToString(), path, found.Size, sha256)
        {
            Path = path,
            Verified = found.Sha256 is not null,
            HasManifest = hasManifest,
            Duration = context.Clock.GetElapsedTime(start),
        };
    }

    // An interrupted download of many snapshots continues where it stopped.
    private static async Task<bool> IsThereAsync(string path, RemoteObject found, CancellationToken cancellationToken)
    {
        try
        {
            return found.Sha256 is not null && File.Exists(path) && new FileInfo(path).Length == found.Size
                && await FileHash.ComputeAsync(path, cancellationToken).ConfigureAwait(false) == found.Sha256;
        }
        catch (Exception e) when (SnapshotFile.Translate(path, e) is { } error)
        {
            throw error;
        }
    }

    private static (S3Location Place, string Name) Split(S3Location location)
    {
        int slash = location.Key.LastIndexOf('/');
        return (location with { Key = location.Key[..(slash + 1)] }, location.Key[(slash + 1)..]);
    }

    // Over plain http the signature could be read on the network, unless the connection stays on this machine.
    private static Uri SignedUrl(string destination) =>
        Uri.TryCreate(destination, UriKind.Absolute, out Uri? url)
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
            ? url
            : throw new EtcdException(EtcdErrorIds.InvalidArgument, "Not a valid destination for snapshots. "
                + "Valid destinations are s3://bucket/prefix/ and pre-signed https URLs.")
            {
                NextStep = "Use s3://bucket/prefix/, or an https URL that is signed for PUT. "
                    + "To copy to a folder, copy the file and its .json with Copy-Item.",
            };

    /// <summary>Reports the progress of a copy.</summary>
    private sealed class Bytes(IProgress<EtcdEvent>? events, string activity, long total) : IProgress<long>
    {
        public void Report(long value)
        {
            const double Mega = 1_000_000;
            string status = string.Create(CultureInfo.InvariantCulture, $"{value / Mega:0} of {total / Mega:0} MB");
            events.Progress(activity, status, Math.Min(0.98, value / (double)Math.Max(1, total)));
        }
    }
}
