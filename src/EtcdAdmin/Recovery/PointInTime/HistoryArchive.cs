using System.Globalization;
using System.Runtime.CompilerServices;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Recovery.PointInTime;

/// <summary>A recorded and verified history: closed segments, each with the checksum of the segment before.</summary>
/// <param name="Folder">The folder of the history.</param>
/// <param name="ClusterId">The cluster, in hexadecimal.</param>
/// <param name="After">The revision of the snapshot at which the history starts.</param>
/// <param name="SnapshotSha256">SHA-256 of that snapshot's database, lower-case hexadecimal.</param>
/// <param name="Through">The last revision that was recorded.</param>
/// <param name="LastSha256">SHA-256 of the last segment. A copy kept elsewhere reveals a truncated history.</param>
/// <param name="LastTime">The time when the last revision was recorded.</param>
public sealed record HistoryArchive(
    string Folder, string ClusterId, long After, string SnapshotSha256, long Through, string LastSha256, DateTimeOffset LastTime)
{
    /// <summary>Reads all segments and verifies them and their chain.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>Null if no segment is closed yet.</returns>
    /// <exception cref="EtcdException">HistoryInvalid: a segment was changed, truncated, exchanged or is missing.</exception>
    public static async Task<HistoryArchive?> OpenAsync(string folder, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        HistoryArchive? archive = null;
        foreach (string path in Paths(folder))
        {
            HistoryHeader? header = null;
            HistoryTrailer? trailer = null;
            DateTimeOffset time = archive?.LastTime ?? default;
            await foreach (HistoryRecord record in new HistorySegment(path).ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                header ??= record.Header;
                trailer ??= record.Trailer;
                time = record.Group?.Time ?? time;
            }

            string sha256 = await FileHash.ComputeAsync(path, cancellationToken).ConfigureAwait(false);
            archive = Append(archive, folder, path, header!, trailer!, sha256, time); // not null: a segment without them was refused
        }

        return archive;
    }

    /// <summary>Returns the groups after one revision up to another revision, in order.</summary>
    /// <param name="after">The current revision of the target, in the history.</param>
    /// <param name="through">The last revision to return.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">HistoryGap: the history does not contain these revisions. HistoryInvalid: the history was changed after it was
    /// verified.</exception>
    public async IAsyncEnumerable<HistoryGroup> ReadAsync(long after, long through, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (after < After || through > Through)
            throw HistoryErrors.NotRecorded(Folder, string.Create(CultureInfo.InvariantCulture, $"requested: {after} to {through}"), this);
        foreach (string path in Paths(Folder))
        {
            await foreach (HistoryRecord record in new HistorySegment(path).ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (record.Group is not { } group || group.Revision <= after) continue;
                if (group.Revision > through) yield break;
                yield return group;
            }
        }
    }

    /// <summary>Returns the last revision that was recorded up to a time.</summary>
    /// <param name="time">The time, by the clock of the recorder.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">HistoryGap: the time is after the last recorded revision; later changes may be missing.</exception>
    public async Task<long> RevisionAtAsync(DateTimeOffset time, CancellationToken cancellationToken)
    {
        if (time > LastTime) throw HistoryErrors.NotRecorded(Folder, $"the last revision was recorded at {LastTime:O}; requested: {time:O}", this);
        long revision = After;
        await foreach (HistoryGroup group in ReadAsync(After, Through, cancellationToken).ConfigureAwait(false))
        {
            if (group.Time > time) break;
            revision = group.Revision;
        }

        return revision;
    }

    private static IEnumerable<string> Paths(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*" + HistorySegment.Extension).Order(StringComparer.Ordinal) : [];

    private static HistoryArchive Append(
        HistoryArchive? before, string folder, string path, HistoryHeader header, HistoryTrailer trailer, string sha256, DateTimeOffset time)
    {
        if (before is not null && (header.Previous != before.LastSha256 || header.After != before.Through || header.ClusterId != before.ClusterId))
            throw HistoryErrors.Invalid(path, "it does not continue the segment before it: a segment was changed, exchanged or is missing");
        if (before is not null && time < before.LastTime) throw HistoryErrors.Invalid(path, "its times are not in ascending order");
        if (Path.GetFileName(path) != HistorySegment.NameOf(header.After, trailer.Through))
            throw HistoryErrors.Invalid(path, "its name does not match its revisions");
        before ??= new HistoryArchive(folder, header.ClusterId, header.After, header.Previous, header.After, "", time);
        return before with { Through = trailer.Through, LastSha256 = sha256, LastTime = time };
    }
}
