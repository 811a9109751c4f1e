using System.Globalization;

namespace EtcdAdmin.Snapshots.Wal;

/// <summary>Reads the segments of a write-ahead log and checks them as etcd does when it starts.</summary>
/// <remarks>Source: etcd <c>server/wal/wal.go</c> (ReadAll) and <c>decoder.go</c>, 3.5; the format is the same from 3.0 to 3.6.</remarks>
internal sealed class WalReader
{
    // A crash in the middle of a write leaves whole disk sectors of zeros.
    private const int SectorSize = 512;

    // raft's snapshot record names the index first, its entries the kind.
    private const int EntryIndexField = 3;
    private const int SnapshotIndexField = 1;

    private Crc32C _checksum = Crc32C.Continue(0);
    private LogPosition _last;
    private WalState _state;
    private string? _segment;
    private long _end;
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

    /// <summary>Reads a log.</summary>
    /// <param name="segments">The paths of its <c>*.wal</c> files; their names give their order.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static WalSummary Read(IEnumerable<string> segments, CancellationToken cancellationToken)
    {
        string[] ordered = [.. segments.OrderBy(Path.GetFileName, StringComparer.Ordinal)];
        if (ordered.Length == 0) return WalSummary.None;
        var reader = new WalReader();
        ulong? previous = null;
        for (int i = 0; i < ordered.Length; i++)
        {
            string name = Path.GetFileName(ordered[i]);
            if (Sequence(name) is not { } sequence) return reader.Summary(WalCondition.Damaged, $"{name} is no name of a segment");
            if (previous is { } before && sequence != before + 1) return reader.Summary(WalCondition.Damaged, $"a segment is missing before {name}");
            previous = sequence;
            Ending ending = reader.ReadSegment(ordered[i], name, cancellationToken);
            bool isLast = i == ordered.Length - 1;
            if (ending == Ending.Clean) continue;
            return ending == Ending.Torn && isLast
                ? reader.Summary(WalCondition.Torn, null)
                : reader.Summary(WalCondition.Damaged, string.Create(CultureInfo.InvariantCulture, $"{name} is damaged at byte {reader._end}"));
        }

        return reader.Summary(WalCondition.Whole, null);
    }

    private WalSummary Summary(WalCondition condition, string? damage) => new()
    {
        Condition = condition,
        Damage = damage,
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
            if (read < head.Length) return Ending.Torn;
            WalFrame frame = WalFrame.Parse(head);
            if (frame == default) return Ending.Clean; // space reserved ahead
            if (frame.Total > file.Length - file.Position) return Ending.Torn;
            if (frame.Total > Array.MaxLength) return Ending.Damaged;
            if (_buffer.Length < frame.Total) _buffer = new byte[frame.Total];
            Span<byte> record = _buffer.AsSpan(0, (int)frame.Total);
            file.ReadExactly(record);
            if (!TryTake(record[..(int)frame.Length])) return HasEmptySector(record, _end + WalFrame.Size) ? Ending.Torn : Ending.Damaged;
            _end += WalFrame.Size + frame.Total;
        }
    }

    private bool TryTake(ReadOnlySpan<byte> bytes)
    {
        if (!WalRecord.TryParse(bytes, out WalRecord record)) return false;
        if (record.Type == WalRecordType.Checksum)
        {
            // The first segment that is kept begins with the checksum of those that are not.
            if (_checksum.Value != 0 && record.Checksum != _checksum.Value) return false;
            _checksum = Crc32C.Continue(record.Checksum);
            return true;
        }

        Crc32C checksum = _checksum;
        checksum.Append(record.Data);
        if (checksum.Value != record.Checksum) return false;
        _checksum = checksum;
        switch (record.Type)
        {
            case WalRecordType.Entry:
                _last = LogPosition.Parse(record.Data, EntryIndexField); // a later one replaces those from its index on
                break;
            case WalRecordType.State:
                _state = WalState.Parse(record.Data);
                break;
            case WalRecordType.Snapshot:
                LogPosition snapshot = LogPosition.Parse(record.Data, SnapshotIndexField);
                if (snapshot.Index > _last.Index) _last = snapshot; // received from the leader, in place of entries
                break;
        }

        return true;
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

    private static ulong? Sequence(string name) =>
        ulong.TryParse(name.Split('-')[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong sequence) ? sequence : null;
}
