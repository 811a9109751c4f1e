using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment.Packages;

namespace EtcdAdmin.Snapshots;

/// <summary>Copies snapshots to S3-compatible stores and pre-signed URLs, and back.</summary>
/// <param name="context">The surroundings.</param>
public sealed class SnapshotUploader(AdminContext context)
{
    /// <summary>Copies a snapshot to a store: verified before it goes, compared with what the store has afterwards, its notes beside it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="destination"><c>s3://bucket/prefix/</c>, below which it gets its own name, <c>s3://bucket/key</c>, or a pre-signed URL (https).</param>
    /// <param name="options">How the store is reached.</param>
    /// <param name="events">Progress in bytes.</param>
    /// <param name="cancellationToken">Gives up; nothing appears under the name then.</param>
    /// <exception cref="EtcdException">
    /// SnapshotInvalid: it is not valid, and so not worth keeping. FileExists: something is there already. PermissionDenied, AuthFailed, TransferFailed: the store.
    /// ChecksumMismatch: what the store has is something else; it was removed. InvalidArgument: this is no destination.
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
        else done = await ToUrlAsync(done, url!, cancellationToken).ConfigureAwait(false); // one of them is there
        return done with { Duration = context.Clock.GetElapsedTime(start) };
    }

    /// <summary>Copies snapshots of a store to a folder, with their notes, where they appear only when they are whole.</summary>
    /// <param name="source"><c>s3://bucket/key</c>, or <c>s3://bucket/prefix/</c> for all snapshots below.</param>
    /// <param name="folder">Made if it is not there.</param>
    /// <param name="options">How the store is reached.</param>
    /// <param name="events">Progress in bytes.</param>
    /// <param name="cancellationToken">Gives up; a file that was not whole is not left.</param>
    /// <returns>Each as soon as it is there.</returns>
    /// <exception cref="EtcdException">SnapshotNotFound, PermissionDenied, TransferFailed, FileExists, DiskFull, FileWriteFailed. ChecksumMismatch: not what was uploaded.</exception>
    public async IAsyncEnumerable<EtcdRemoteSnapshot> DownloadAsync(
        S3Location source, string folder, S3Options options, IProgress<EtcdEvent>? events,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        (S3Location place, string? only) = source.IsPrefix ? (source, null) : Split(source);
        using var store = new S3Store(place, options);
        var names = new List<string>();
        if (only is not null) names.Add(only);
        else
        {
            await foreach (RemoteObject found in store.ListAsync(cancellationToken).ConfigureAwait(false))
            {
                // Notes go along with what they are about; deeper folders are another catalogue.
                if (!found.Name.Contains('/', StringComparison.Ordinal) && SnapshotCatalogue.IsSnapshot(found.Name)) names.Add(found.Name);
            }
        }

        string target = Path.GetFullPath(folder);
        PrivateFolder.Create(target);
        foreach (string name in names)
            yield return await FromStoreAsync(store, place, name, target, events, cancellationToken).ConfigureAwait(false);
    }

    private async Task RequireSoundAsync(string path, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        if (await new SoundSnapshots(context.Clock).ProblemAsync(path, events, cancellationToken).ConfigureAwait(false) is not { } problem) return;
        throw new EtcdException(EtcdErrorIds.SnapshotInvalid, EtcdErrorKind.InvalidData, $"'{path}' is not valid and was not copied: {problem}.")
        {
            Target = path,
            NextStep = "Take a new snapshot; Test-EtcdSnapshot says more about this one.",
        };
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

    /// <summary>What the store has must be what was sent; anything else does not stay under that name.</summary>
    private static async Task ProveAsync(IRemoteStore store, S3Location place, string name, EtcdRemoteSnapshot file, CancellationToken cancellationToken)
    {
        RemoteObject? found = await store.FindAsync(name, cancellationToken).ConfigureAwait(false);
        if (found?.Size == file.Size && found.Sha256 == file.Sha256) return;
        if (found is not null) await store.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
        throw new EtcdException(EtcdErrorIds.ChecksumMismatch, EtcdErrorKind.InvalidData, string.Create(CultureInfo.InvariantCulture,
            $"{place.Combine(name)} is not what was sent: {found?.Size ?? 0} bytes instead of {file.Size}. It was removed."))
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
            ?? throw new EtcdException(EtcdErrorIds.SnapshotNotFound, EtcdErrorKind.NotFound, $"There is no {place.Combine(name)}.") { Target = place.Combine(name).ToString() };
        string activity = $"Copying {name} from {place}";
        string path = Path.Combine(folder, Path.GetFileName(name));
        string sha256 = "";
        try
        {
            await AtomicFile.WriteNewAsync(
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
        if (hasManifest)
        {
            await AtomicFile.WriteAsync(
                SnapshotManifest.PathFor(path),
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

    private static (S3Location Place, string Name) Split(S3Location location)
    {
        int slash = location.Key.LastIndexOf('/');
        return (location with { Key = location.Key[..(slash + 1)] }, location.Key[(slash + 1)..]);
    }

    // Over plain http the signature could be read by anybody on the way, unless the way does not leave this machine.
    private static Uri SignedUrl(string destination) =>
        Uri.TryCreate(destination, UriKind.Absolute, out Uri? url) && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
            ? url
            : throw new EtcdException(EtcdErrorIds.InvalidArgument, EtcdErrorKind.InvalidInput, "This is no destination for snapshots: s3://bucket/prefix/ and pre-signed https URLs are.");

    /// <summary>Tells how far a copy has come.</summary>
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
