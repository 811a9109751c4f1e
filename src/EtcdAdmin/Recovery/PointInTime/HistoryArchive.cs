using System.Globalization;
using System.Runtime.CompilerServices;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Recovery.PointInTime;

/// <summary>A recorded history that was checked: closed segments, each of which names the checksum of the one before.</summary>
/// <param name="Folder">Where it lies.</param>
/// <param name="ClusterId">The cluster, in hexadecimal.</param>
/// <param name="After">The revision of the snapshot that it begins from.</param>
/// <param name="SnapshotSha256">SHA-256 of that snapshot's database, lower-case hexadecimal.</param>
/// <param name="Through">The last revision that was recorded.</param>
/// <param name="LastSha256">SHA-256 of the last segment; who keeps it elsewhere notices a history that was cut short.</param>
/// <param name="LastTime">When the last revision was recorded.</param>
public sealed record HistoryArchive(
    string Folder, string ClusterId, long After, string SnapshotSha256, long Through, string LastSha256, DateTimeOffset LastTime)
{
    /// <summary>Reads all segments and checks them and their chain.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Null where no segment was closed yet.</returns>
    /// <exception cref="EtcdException">HistoryInvalid: a segment was changed, cut off, exchanged or is missing.</exception>
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
            archive = Append(archive, folder, path, header!, trailer!, sha256, time); // a segment without them was refused
        }

        return archive;
    }

    /// <summary>The groups after one revision up to another, in order.</summary>
    /// <param name="after">Where the target stands.</param>
    /// <param name="through">Where it shall stand.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EtcdException">HistoryGap: the history does not have them. HistoryInvalid: it was changed since it was checked.</exception>
    public async IAsyncEnumerable<HistoryGroup> ReadAsync(long after, long through, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (after < After || through > Through)
            throw HistoryErrors.NotRecorded(Folder, string.Create(CultureInfo.InvariantCulture, $"from {after} to {through} is asked for"), this);
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

    /// <summary>The last revision that was recorded up to a moment.</summary>
    /// <param name="time">By the clock of the recorder.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EtcdException">HistoryGap: the moment is after the last that was recorded, when more may have happened.</exception>
    public async Task<long> RevisionAtAsync(DateTimeOffset time, CancellationToken cancellationToken)
    {
        if (time > LastTime) throw HistoryErrors.NotRecorded(Folder, $"the last was recorded at {LastTime:O}, and {time:O} is asked for", this);
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
            throw HistoryErrors.Invalid(path, "it does not go on from the segment before it: one was changed, exchanged or is missing");
        if (before is not null && time < before.LastTime) throw HistoryErrors.Invalid(path, "its times go back");
        if (Path.GetFileName(path) != HistorySegment.NameOf(header.After, trailer.Through)) throw HistoryErrors.Invalid(path, "its name is not that of what it holds");
        before ??= new HistoryArchive(folder, header.ClusterId, header.After, header.Previous, header.After, "", time);
        return before with { Through = trailer.Through, LastSha256 = sha256, LastTime = time };
    }
}
