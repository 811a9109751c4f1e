using System.Globalization;
using EtcdAdmin.Snapshots.Bolt;

namespace EtcdAdmin.Snapshots;

/// <summary>Checks snapshots and says part by part what came of it.</summary>
/// <param name="clock">Measures how long it takes.</param>
public sealed class SnapshotVerifier(TimeProvider clock)
{
    /// <summary>Checks a file. What is wrong with it is told, not thrown.</summary>
    /// <param name="path">The file.</param>
    /// <param name="events">Progress in bytes; null for none.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EtcdException">SnapshotNotFound, SnapshotUnreadable: there is nothing to judge.</exception>
    public async Task<SnapshotVerdict> VerifyAsync(string path, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        long start = clock.GetTimestamp();
        string full = Path.GetFullPath(path);
        SnapshotManifest? manifest = await SnapshotManifest.FindAsync(full, cancellationToken).ConfigureAwait(false);
        EtcdSnapshot? snapshot = null;
        SnapshotDamageException? damage = null;
        try
        {
            snapshot = await SnapshotCatalogue.ReadAsync(full, events, cancellationToken).ConfigureAwait(false);
        }
        catch (SnapshotDamageException e)
        {
            damage = e;
        }

        SnapshotCheck[] checks = damage is not null ? Broken(damage) : Whole(snapshot!, manifest); // one of them is there
        return new SnapshotVerdict(full, checks, snapshot) { Duration = clock.GetElapsedTime(start) };
    }

    private static SnapshotCheck[] Broken(SnapshotDamageException damage) =>
    [
        .. Enum.GetValues<SnapshotPart>().Select(part => part == damage.Part
            ? new SnapshotCheck(part, false, damage.Message)
            : new SnapshotCheck(part, null, "not judged, because of the damage")),
    ];

    private static SnapshotCheck[] Whole(EtcdSnapshot snapshot, SnapshotManifest? manifest) =>
    [
        new(SnapshotPart.Entry, true, string.Create(CultureInfo.InvariantCulture, $"a database of {snapshot.DatabaseSize} bytes")),
        new(SnapshotPart.Structure, true, "every page in use was read, and reached once"),
        new(SnapshotPart.Order, true, string.Create(CultureInfo.InvariantCulture, $"{snapshot.TotalRecords} records in order, up to revision {snapshot.Revision}")),
        new(SnapshotPart.Records, true, string.Create(CultureInfo.InvariantCulture, $"{snapshot.TotalRevisions} revisions of keys, of which {snapshot.TotalKeys} exist")),
        Trailer(snapshot),
        Manifest(snapshot, manifest),
    ];

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
