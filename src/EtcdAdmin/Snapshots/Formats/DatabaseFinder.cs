using System.Globalization;
using EtcdAdmin.Database;
using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots.Formats.Encryption;

namespace EtcdAdmin.Snapshots.Formats;

/// <summary>Picks the database out of the entries of an archive, as they come by.</summary>
/// <param name="source">The archive.</param>
/// <param name="limits">How many entries there may be.</param>
/// <param name="write">Writes a database that is better than the one before, in its place.</param>
internal sealed class DatabaseFinder(string source, UnpackLimits limits, Func<Stream, CancellationToken, Task> write)
{
    private ArchiveEntry? _best;
    private ArchiveEntry? _equal;
    private int _count;
    private bool _hasLog;
    private bool _hasRaftSnapshot;

    /// <summary>Takes note of an entry; only of files the content is looked at.</summary>
    /// <param name="name">As the archive has it.</param>
    /// <param name="content">Null where it is not a file: a folder, a link, a device, none of which is followed or made.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task OfferAsync(string name, Stream? content, CancellationToken cancellationToken)
    {
        if (++_count > limits.Entries) throw FormatErrors.Damaged(source, string.Create(CultureInfo.InvariantCulture, $"it holds more than {limits.Entries} entries"));
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

    /// <summary>Judges what was found, after the last entry.</summary>
    /// <param name="database">Where the database was written.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What an operator should know of it.</returns>
    /// <exception cref="EtcdException">SnapshotInvalid: no database, or several. SnapshotNotSupported: a backup in the style of v2.</exception>
    public IReadOnlyList<string> Finish(string database, CancellationToken cancellationToken)
    {
        if (_best is null)
        {
            throw _hasLog || _hasRaftSnapshot
                ? FormatErrors.OldStyle(source, "it holds a write-ahead log and v2 snapshots, but no v3 database")
                : FormatErrors.Damaged(source, "the archive holds no database");
        }

        if (_equal is not null) throw FormatErrors.Damaged(source, $"the archive holds several databases, among them '{_best.Name}' and '{_equal.Name}'");
        if (!_hasLog) return [];
        if (IsEmpty(database, cancellationToken)) throw FormatErrors.OldStyle(source, "the database in it is empty, so all its data is in the v2 store or in the write-ahead log");
        return
        [
            $"'{source}' is a copy of a data directory: only its database '{_best.Name}' is used. "
            + "Writes that were still in the write-ahead log (member/wal) alone, and all v2 keys, are not in it.",
        ];
    }

    /// <summary>Whether no key was ever written: <c>etcdctl backup</c> puts such a database beside the log unless it is told <c>--with-v3</c>.</summary>
    private static bool IsEmpty(string database, CancellationToken cancellationToken)
    {
        try
        {
            using SnapshotFile file = SnapshotFile.Open(database);
            return file.Guard(() => BucketWalk.Find(file.Database, "key"u8, cancellationToken)?.MoveNext(cancellationToken) != true);
        }
        catch (SnapshotDamageException)
        {
            return false; // whoever reads it says what is wrong with it
        }
    }
}
