using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Database;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Snapshots.Retention;
using EtcdAdmin.Text;

namespace EtcdAdmin.Snapshots.Remote;

/// <summary>Copies snapshots to S3-compatible stores and pre-signed URLs, and back.</summary>
/// <param name="context">The surroundings.</param>
public sealed class SnapshotCopier(AdminContext context)
{
    /// <summary>Copies a snapshot to a store: verified before it goes, compared with what the store has afterwards, its notes beside it. What is there already is not sent again.</summary>
    /// <param name="path">The file.</param>
    /// <param name="destination"><c>s3://bucket/prefix/</c>, below which it gets its own name, <c>s3://bucket/key</c>, or a pre-signed URL (https).</param>
    /// <param name="options">How the store is reached.</param>
    /// <param name="events">Progress in bytes.</param>
    /// <param name="cancellationToken">Gives up; nothing appears under the name then.</param>
    /// <exception cref="EtcdException">
    /// SnapshotNotFound, SnapshotUnreadable. SnapshotInvalid: it is not valid, and so not worth keeping. FileExists: something else is there already. PermissionDenied, AuthFailed, TransferFailed: the store.
    /// ChecksumMismatch: what the store has is something else; it was removed. InvalidArgument: this is not a destination, or its region is not known.
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

    /// <summary>The snapshots at a place in a store.</summary>
    /// <param name="source"><c>s3://bucket/key</c>, which is one whatever its name, or <c>s3://bucket/prefix/</c> for all right below.</param>
    /// <param name="options">How the store is reached.</param>
    /// <param name="cancellationToken">Gives up.</param>
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
            if (!found.Name.Contains('/', StringComparison.Ordinal)) names.Add(found.Name); // deeper folders are another catalogue
        }

        return [.. names.Where(name => SnapshotCatalogue.IsSnapshot(name, names.Contains)).Order(StringComparer.Ordinal).Select(source.Combine)];
    }

    /// <summary>Copies a snapshot of a store to a folder, with its notes, where it appears only when it is whole. If it is there already, it is done.</summary>
    /// <param name="source"><c>s3://bucket/key</c>.</param>
    /// <param name="folder">Made if it is not there.</param>
    /// <param name="options">How the store is reached.</param>
    /// <param name="events">Progress in bytes.</param>
    /// <param name="cancellationToken">Gives up; a file that was not whole is not left.</param>
    /// <exception cref="EtcdException">
    /// SnapshotNotFound, PermissionDenied, TransferFailed, DiskFull, FileWriteFailed. FileExists: another file has its name. ChecksumMismatch: not what was uploaded.
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
        if (await new SoundSnapshots(context.Clock).ProblemAsync(path, restorable: false, events, cancellationToken).ConfigureAwait(false) is not { } problem) return;
        throw new EtcdException(EtcdErrorIds.SnapshotInvalid, $"'{path}' is not valid and was not copied: {problem}.")
        {
            Target = path,
            NextStep = "Take a new snapshot; Test-EtcdSnapshot says more about this one.",
        };
    }

    /// <summary>What is not there, or may not be read, is none that is not valid.</summary>
    private static void RequireReadable(string path)
    {
        try
        {
            if (Directory.Exists(path) || new FileInfo(path) is { Exists: true, Length: 0 }) return; // none, as the check says; a pipe would be waited for
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

    /// <summary>What the store has must be what was sent; anything else does not stay under that name.</summary>
    private static async Task ProveAsync(IRemoteStore store, S3Location place, string name, EtcdRemoteSnapshot file, CancellationToken cancellationToken)
    {
        RemoteObject? found = await store.FindAsync(name, cancellationToken).ConfigureAwait(false);
        if (found?.Size == file.Size && found.Sha256 == file.Sha256) return;
        if (found is not null) await store.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
        throw new EtcdException(EtcdErrorIds.ChecksumMismatch, string.Create(CultureInfo.InvariantCulture,
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
            ?? throw new EtcdException(EtcdErrorIds.SnapshotNotFound, $"There is no {place.Combine(name)}.")
            {
                Target = place.Combine(name).ToString(),
                NextStep = "See whether the name is right; one with a slash at its end, s3://bucket/prefix/, stands for all snapshots below it.",
            };
        string activity = $"Copying {name} from {place}";
        string path = Path.Combine(folder, Path.GetFileName(name));
        string notes = SnapshotManifest.PathFor(path);
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
        if (hasManifest && !(isThere && File.Exists(notes)))
        {
            await AtomicFile.WriteAsync(
                notes,
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

    // So that bringing back many snapshots, once broken off, carries on.
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

    // Over plain http the signature could be read by anybody on the way, unless the way does not leave this machine.
    private static Uri SignedUrl(string destination) =>
        Uri.TryCreate(destination, UriKind.Absolute, out Uri? url) && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
            ? url
            : throw new EtcdException(EtcdErrorIds.InvalidArgument, "This is not a destination for snapshots: s3://bucket/prefix/ and pre-signed https URLs are.")
            {
                NextStep = "Copy to s3://bucket/prefix/, or have an https URL signed for PUT. For a folder, copy the file and its .json with Copy-Item.",
            };

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
