using System.Globalization;
using EtcdAdmin.Database;
using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots.Formats.Encryption;

namespace EtcdAdmin.Snapshots.Formats;

/// <summary>Finds the database among the entries of an archive.</summary>
/// <param name="source">The archive.</param>
/// <param name="limits">The limit for entries.</param>
/// <param name="write">Writes a database. A better database replaces the one written before.</param>
internal sealed class DatabaseFinder(string source, UnpackLimits limits, Func<Stream, CancellationToken, Task> write) : IArchiveSink
{
    private ArchiveEntry? _best;
    private ArchiveEntry? _equal;
    private int _count;
    private bool _hasLog;
    private bool _hasRaftSnapshot;

    /// <inheritdoc/>
    public async Task OfferAsync(string name, Stream? content, CancellationToken cancellationToken)
    {
        if (++_count > limits.Entries)
            throw FormatErrors.Damaged(source, string.Create(CultureInfo.InvariantCulture, $"the archive has more than {limits.Entries} entries"));
        if (content is null) return;
        _hasLog |= ArchiveEntry.IsLog(name);
        _hasRaftSnapshot |= ArchiveEntry.IsRaftSnapshot(name);
        var head = new HeadStream(content);
        ReadOnlyMemory<byte> first = await head.PeekAsync(cancellationToken).ConfigureAwait(false);
        ArchiveEntry entry = ArchiveEntry.Judge(name, first.Span);
        if (entry.Fitness == 0 || entry.Fitness < _best?.Fitness) return;
        if (entry.Fitness == _best?.Fitness)
        {
            _equal ??= entry;
            return;
        }

        (_best, _equal) = (entry, null);
        await write(head, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Decides on the result after the last entry.</summary>
    /// <param name="database">Path of the written database.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    /// <returns>Warnings for the operator.</returns>
    /// <exception cref="EtcdException">SnapshotInvalid: no database, or several. SnapshotNotSupported: a backup in the style of v2.</exception>
    public IReadOnlyList<string> Finish(string database, CancellationToken cancellationToken)
    {
        if (_best is null)
        {
            throw _hasLog || _hasRaftSnapshot
                ? FormatErrors.OldStyle(source, "the archive has a write-ahead log and v2 snapshots, but no v3 database")
                : FormatErrors.Damaged(source, "the archive contains no database");
        }

        if (_equal is not null)
            throw FormatErrors.Damaged(source, $"the archive contains several databases, for example '{_best.Name}' and '{_equal.Name}'");
        if (!_hasLog) return [];
        if (IsEmpty(database, cancellationToken))
            throw FormatErrors.OldStyle(source, "its v3 database is empty, so all data is in the v2 store or in the write-ahead log");
        return
        [
            $"'{source}' is a copy of a data directory: only the database '{_best.Name}' is used. "
            + "Writes that were only in the write-ahead log (member/wal), and all v2 keys, are missing.",
        ];
    }

    /// <summary>Whether no key was ever written. <c>etcdctl backup</c> without <c>--with-v3</c> writes such a database next to the log.</summary>
    private static bool IsEmpty(string database, CancellationToken cancellationToken)
    {
        try
        {
            using SnapshotFile file = SnapshotFile.Open(database);
            return file.Guard(() => BucketWalk.Find(file.Database, "key"u8, cancellationToken)?.MoveNext(cancellationToken) != true);
        }
        catch (SnapshotDamageException)
        {
            return false; // the later reader reports what is wrong with it
        }
    }
}
