using System.Globalization;
using EtcdAdmin.Database;
using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Snapshots.Formats.Encryption;

namespace EtcdAdmin.Snapshots;

/// <summary>Checks snapshots and reports the result part by part.</summary>
/// <param name="clock">Measures the duration.</param>
public sealed class SnapshotVerifier(TimeProvider clock)
{
    /// <summary>Checks a file. Damage is reported in the verdict, not thrown.</summary>
    /// <param name="path">The file, in any format.</param>
    /// <param name="secrets">The secrets to open an encrypted file; null for none.</param>
    /// <param name="events">Receives progress in bytes; null for no progress.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">
    /// The file cannot be checked. SnapshotNotFound, SnapshotUnreadable, SnapshotNotSupported: the file. SnapshotEncrypted, SnapshotKeyWrong: the
    /// secrets. DiskFull, FileWriteFailed: the file cannot be unpacked here.
    /// </exception>
    public Task<SnapshotVerdict> VerifyAsync(
        string path, SnapshotSecrets? secrets, IProgress<EtcdEvent>? events, CancellationToken cancellationToken) =>
        VerifyAsync(path, secrets, (_, verdict) => Task.FromResult(verdict), events, cancellationToken);

    /// <summary>Checks a file and runs another action while the database can be read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="secrets">The secrets to open the file.</param>
    /// <param name="then">The action. It receives the path of the database (null if the file could not be unpacked) and the verdict.</param>
    /// <param name="events">Receives progress.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
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
                return Verdict(Intact(snapshot, open.Manifest), snapshot);
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
            : new SnapshotCheck(part, null, "not checked, because of the damage")),
    ];

    private static SnapshotCheck[] Intact(EtcdSnapshot snapshot, SnapshotManifest? manifest) =>
    [
        new(SnapshotPart.Entry, true, string.Create(CultureInfo.InvariantCulture, $"a database of {snapshot.DatabaseSize} bytes")),
        Structure(snapshot),
        new(SnapshotPart.Order, true,
            string.Create(CultureInfo.InvariantCulture, $"{snapshot.TotalRecords} records in order, up to revision {snapshot.Revision}")),
        new(SnapshotPart.Records, true, string.Create(
            CultureInfo.InvariantCulture, $"{snapshot.TotalRevisions} revisions of keys; {snapshot.TotalKeys} keys exist")),
        Trailer(snapshot),
        Manifest(snapshot, manifest),
    ];

    /// <summary>
    /// Reports lost pages, without a full stop; null if there are none. All keys are complete: etcd's own tool reports an error but restores the
    /// file.
    /// </summary>
    internal static string? Loss(SnapshotInfo snapshot) => snapshot.LostPages == 0
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"the free list is damaged: {snapshot.LostPages} unused pages are missing from it");

    private static SnapshotCheck Structure(SnapshotInfo snapshot) => Loss(snapshot) is { } loss
        ? new(SnapshotPart.Structure, false, loss)
        : new(SnapshotPart.Structure, true, "every page in use was read exactly once; all other pages are free");

    private static SnapshotCheck Trailer(SnapshotInfo snapshot) => snapshot switch
    {
        { HasTrailer: false } => new(
                    SnapshotPart.Trailer, null,
                    "no SHA-256: the file was copied from a member's folder, not saved through etcd; "
                        + "damage that leaves the structure intact cannot be detected"),
        { TrailerValid: true } => new(SnapshotPart.Trailer, true, "the SHA-256 at the end is correct"),
        _ => new(SnapshotPart.Trailer, false, "the SHA-256 at the end does not match: the file was changed or damaged"),
    };

    private static SnapshotCheck Manifest(SnapshotInfo snapshot, SnapshotManifest? manifest) => manifest switch
    {
        null => new(SnapshotPart.Manifest, null, "there is no manifest"),
        _ when manifest.Sha256 == snapshot.Sha256 => new(SnapshotPart.Manifest, true, $"the file matches the manifest by {manifest.CreatedBy}"),
        _ => new(SnapshotPart.Manifest, false, $"the SHA-256 in the manifest is {manifest.Sha256}, but the file has {snapshot.Sha256}"),
    };
}
