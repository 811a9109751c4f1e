using System.Globalization;
using EtcdAdmin.Database.Hashes;

namespace EtcdAdmin.Database.Wal;

/// <summary>Reads the segments of a write-ahead log and checks them as etcd does at startup.</summary>
/// <remarks>Source: etcd <c>server/wal/wal.go</c> (ReadAll) and <c>decoder.go</c>, 3.5; the format is the same from 3.0 to 3.6.</remarks>
internal sealed class WalReader
{
    // A crash during a write leaves complete disk sectors of zeros.
    private const int SectorSize = 512;

    private const int NumberDigits = 16;

    // In raft's snapshot record the index is the first field; in its entries the first field is the type.
    private const int EntryIndexField = 3;
    private const int SnapshotIndexField = 1;

    private Crc32C _checksum = Crc32C.Continue(0);
    private byte[]? _metadata;
    private LogPosition _last;
    private ulong _behindGap;
    private WalState _state;
    private string? _segment;
    private long _end;
    private long _tornBytes;
    private byte[] _buffer = [];

    private WalReader()
    {
    }

    private enum Ending
    {
        Clean,
        Torn,
        Damaged,
    }

    private enum Taking
    {
        Taken,
        Unreadable,
        Refused,
    }

    /// <summary>Reads a log.</summary>
    /// <param name="segments">The paths of the log's <c>*.wal</c> files; their names give the order. Files with other names are ignored, as in
    /// etcd.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static WalSummary Read(IEnumerable<string> segments, CancellationToken cancellationToken)
    {
        string[] ordered = [.. segments.Where(path => Sequence(path) is not null).OrderBy(Path.GetFileName, StringComparer.Ordinal)];
        if (ordered.Length == 0) return WalSummary.None;
        var reader = new WalReader();
        ulong? previous = null;
        for (int i = 0; i < ordered.Length; i++)
        {
            string name = Path.GetFileName(ordered[i]);
            ulong? sequence = Sequence(name);
            if (previous is { } before && sequence != before + 1) return reader.Summary(WalCondition.Damaged, $"a segment is missing before {name}");
            previous = sequence;
            Ending ending = reader.ReadSegment(ordered[i], name, cancellationToken);
            bool isLast = i == ordered.Length - 1;
            if (ending == Ending.Clean) continue;
            return ending == Ending.Torn && isLast
                ? reader.Summary(WalCondition.Torn)
                : reader.Summary(WalCondition.Damaged, string.Create(CultureInfo.InvariantCulture, $"{name} is damaged at byte {reader._end}"));
        }

        return reader.Summary(WalCondition.Intact);
    }

    private WalSummary Summary(WalCondition condition) => _behindGap == 0
        ? Summary(condition, damage: null)
        : Summary(WalCondition.Damaged, string.Create(CultureInfo.InvariantCulture, $"entries are missing before index {_behindGap}"));

    private WalSummary Summary(WalCondition condition, string? damage) => new()
    {
        Condition = condition,
        Damage = damage,
        TornBytes = _tornBytes,
        Last = _last,
        State = _state,
        Segment = _segment,
        End = _end,
        Checksum = _checksum.Value,
    };

    private Ending ReadSegment(string path, string name, CancellationToken cancellationToken)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 16);
        (_segment, _end) = (name, 0);
        Span<byte> head = stackalloc byte[WalFrame.Size];
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int read = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            if (read == 0) return Ending.Clean;
            if (read < head.Length) return Torn(file);
            WalFrame frame = WalFrame.Parse(head);
            if (frame == default) return Ending.Clean; // space reserved ahead
            if (frame.Total > file.Length - file.Position) return Torn(file);
            if (frame.Total > Array.MaxLength) return Ending.Damaged;
            if (_buffer.Length < frame.Total) _buffer = new byte[frame.Total];
            Span<byte> record = _buffer.AsSpan(0, (int)frame.Total);
            file.ReadExactly(record);
            Taking taking = Take(record[..(int)frame.Length]);
            if (taking == Taking.Unreadable && HasEmptySector(record, _end + WalFrame.Size)) return Torn(file);
            if (taking != Taking.Taken) return Ending.Damaged;
            _end += WalFrame.Size + frame.Total;
        }
    }

    /// <summary>Records the extent of the unreadable part. Reserved space is all zeros and does not count.</summary>
    private Ending Torn(FileStream file)
    {
        _tornBytes = 0;
        file.Position = _end;
        Span<byte> piece = stackalloc byte[SectorSize];
        for (long offset = 0; ;)
        {
            int read = file.ReadAtLeast(piece, piece.Length, throwOnEndOfStream: false);
            if (read == 0) return Ending.Torn;
            int last = piece[..read].LastIndexOfAnyExcept((byte)0);
            if (last >= 0) _tornBytes = offset + last + 1;
            offset += read;
        }
    }

    private Taking Take(ReadOnlySpan<byte> bytes)
    {
        if (!WalRecord.TryParse(bytes, out WalRecord record)) return Taking.Unreadable;
        if (record.Type == WalRecordType.Checksum)
        {
            // The first kept segment starts with the checksum of the segments before it, which are no longer kept.
            if (_checksum.Value != 0 && record.Checksum != _checksum.Value) return Taking.Refused;
            _checksum = Crc32C.Continue(record.Checksum);
            return Taking.Taken;
        }

        Crc32C checksum = _checksum;
        checksum.Append(record.Data);
        if (checksum.Value != record.Checksum) return Taking.Unreadable;
        _checksum = checksum;
        switch (record.Type)
        {
            case WalRecordType.Metadata:
                if (_metadata is not null && !record.Data.SequenceEqual(_metadata)) return Taking.Refused;
                _metadata ??= record.Data.ToArray();
                return Taking.Taken;
            case WalRecordType.Entry:
                TakeEntry(LogPosition.Parse(record.Data, EntryIndexField));
                return Taking.Taken;
            case WalRecordType.State:
                _state = WalState.Parse(record.Data);
                return Taking.Taken;
            case WalRecordType.Snapshot:
                TakeSnapshot(LogPosition.Parse(record.Data, SnapshotIndexField));
                return Taking.Taken;
            default:
                return Taking.Refused;
        }
    }

    private void TakeEntry(LogPosition entry)
    {
        if (_last.Index > 0 && entry.Index > _last.Index + 1) _behindGap = entry.Index;
        _last = entry; // a later entry replaces all entries from its index on
    }

    /// <summary>A snapshot received from the leader replaces entries. etcd before 3.5 records it after the entries that follow it.</summary>
    private void TakeSnapshot(LogPosition snapshot)
    {
        if (snapshot.Index + 1 >= _behindGap) _behindGap = 0;
        if (snapshot.Index > _last.Index) _last = snapshot;
    }

    private static bool HasEmptySector(ReadOnlySpan<byte> record, long offset)
    {
        while (!record.IsEmpty)
        {
            int length = (int)Math.Min(SectorSize - (offset % SectorSize), record.Length);
            if (!record[..length].ContainsAnyExcept((byte)0)) return true;
            record = record[length..];
            offset += length;
        }

        return false;
    }

    /// <summary>The number of a segment, from <c>number-index.wal</c> (both of 16 hexadecimal digits); null for other names.</summary>
    private static ulong? Sequence(string path) =>
        Path.GetFileName(path).Split('-', '.') is [{ Length: NumberDigits } number, { Length: NumberDigits } index, "wal"]
        && TryParseHex(number, out ulong sequence) && TryParseHex(index, out _) ? sequence : null;

    private static bool TryParseHex(string text, out ulong value) =>
        ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
