using System.Globalization;
using EtcdAdmin.Database;
using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Snapshots.Formats.Encryption;

namespace EtcdAdmin.Snapshots;

/// <summary>Checks snapshots and says part by part what came of it.</summary>
/// <param name="clock">Measures how long it takes.</param>
public sealed class SnapshotVerifier(TimeProvider clock)
{
    /// <summary>Checks a file. What is wrong with it is told, not thrown.</summary>
    /// <param name="path">The file, in any form.</param>
    /// <param name="secrets">What may open an encrypted one; null for nothing.</param>
    /// <param name="events">Progress in bytes; null for none.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EtcdException">
    /// There is nothing to judge. SnapshotNotFound, SnapshotUnreadable, SnapshotNotSupported: the file. SnapshotEncrypted, SnapshotKeyWrong: the
    /// secrets. DiskFull, FileWriteFailed: it cannot be unpacked here.
    /// </exception>
    public Task<SnapshotVerdict> VerifyAsync(
        string path, SnapshotSecrets? secrets, IProgress<EtcdEvent>? events, CancellationToken cancellationToken) =>
        VerifyAsync(path, secrets, (_, verdict) => Task.FromResult(verdict), events, cancellationToken);

    /// <summary>The same, and something more while the database is there to be read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="secrets">What may open it.</param>
    /// <param name="then">Gets the path of the database, which is null where it could not be unpacked, and the verdict.</param>
    /// <param name="events">Progress.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal async Task<SnapshotVerdict> VerifyAsync(
        string path, SnapshotSecrets? secrets, Func<string?, SnapshotVerdict, Task<SnapshotVerdict>> then, IProgress<EtcdEvent>? events,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        long start = clock.GetTimestamp();
        string full = Path.GetFullPath(path);
        OpenSnapshot open;
        try
        {
            open = await SnapshotOpener.OpenAsync(full, secrets, events, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.SnapshotInvalid)
        {
            SnapshotPart part = e is SnapshotDamageException damage ? damage.Part : SnapshotPart.Entry;
            return await then(null, Verdict(Broken(part, e.Message), null)).ConfigureAwait(false);
        }

        await using (open.ConfigureAwait(false))
        {
            return await then(open.DatabasePath, await JudgeAsync().ConfigureAwait(false)).ConfigureAwait(false);
        }

        async Task<SnapshotVerdict> JudgeAsync()
        {
            try
            {
                EtcdSnapshot snapshot = await open.DescribeAsync(events, cancellationToken).ConfigureAwait(false);
                return Verdict(Whole(snapshot, open.Manifest), snapshot);
            }
            catch (SnapshotDamageException e)
            {
                return Verdict(Broken(e.Part, e.Message), null);
            }
        }

        SnapshotVerdict Verdict(SnapshotCheck[] checks, EtcdSnapshot? snapshot) =>
            new(full, checks, snapshot) { Duration = clock.GetElapsedTime(start) };
    }

    private static SnapshotCheck[] Broken(SnapshotPart damaged, string finding) =>
    [
        .. Enum.GetValues<SnapshotPart>().Select(part => part == damaged
            ? new SnapshotCheck(part, false, finding)
            : new SnapshotCheck(part, null, "not judged, because of the damage")),
    ];

    private static SnapshotCheck[] Whole(EtcdSnapshot snapshot, SnapshotManifest? manifest) =>
    [
        new(SnapshotPart.Entry, true, string.Create(CultureInfo.InvariantCulture, $"a database of {snapshot.DatabaseSize} bytes")),
        Structure(snapshot),
        new(SnapshotPart.Order, true, string.Create(CultureInfo.InvariantCulture, $"{snapshot.TotalRecords} records in order, up to revision {snapshot.Revision}")),
        new(SnapshotPart.Records, true, string.Create(CultureInfo.InvariantCulture, $"{snapshot.TotalRevisions} revisions of keys, of which {snapshot.TotalKeys} exist")),
        Trailer(snapshot),
        Manifest(snapshot, manifest),
    ];

    /// <summary>That pages are lost, without a full stop; null where none is. All keys are there: etcd's own tool calls it an error, and restores it.</summary>
    internal static string? Loss(SnapshotInfo snapshot) => snapshot.LostPages == 0
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"{snapshot.LostPages} pages are neither in use nor free: the free list is damaged");

    private static SnapshotCheck Structure(SnapshotInfo snapshot) => Loss(snapshot) is { } loss
        ? new(SnapshotPart.Structure, false, loss)
        : new(SnapshotPart.Structure, true, "every page in use was read, and reached once; all others are free");

    private static SnapshotCheck Trailer(SnapshotInfo snapshot) => snapshot switch
    {
        { HasTrailer: false } => new(SnapshotPart.Trailer, null, "none: copied from a member's folder, not saved through etcd; damage that leaves the structure whole does not show"),
        { TrailerValid: true } => new(SnapshotPart.Trailer, true, "the SHA-256 at the end is right"),
        _ => new(SnapshotPart.Trailer, false, "the SHA-256 at the end is not that of the file: it was changed or damaged"),
    };

    private static SnapshotCheck Manifest(SnapshotInfo snapshot, SnapshotManifest? manifest) => manifest switch
    {
        null => new(SnapshotPart.Manifest, null, "nothing is noted beside it"),
        _ when manifest.Sha256 == snapshot.Sha256 => new(SnapshotPart.Manifest, true, $"as it was taken by {manifest.CreatedBy}"),
        _ => new(SnapshotPart.Manifest, false, $"the SHA-256 noted beside it is {manifest.Sha256}, its own is {snapshot.Sha256}"),
    };
}
