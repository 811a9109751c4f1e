using System.Globalization;
using EtcdAdmin.Database.Hashes;

namespace EtcdAdmin.Database.Wal;

/// <summary>Reads the segments of a write-ahead log, one after another, and checks them as etcd does at startup.</summary>
/// <param name="observer">Receives the entries and snapshots; null for none.</param>
/// <remarks>Source: etcd <c>server/wal/wal.go</c> (ReadAll) and <c>decoder.go</c>, 3.5; the format is the same from 2.0 to 3.7.</remarks>
internal sealed class WalReader(IWalObserver? observer = null)
{
    // A crash during a write leaves complete disk sectors of zeros.
    private const int SectorSize = 512;

    // Memory for a record grows as its bytes arrive: a damaged length costs nothing.
    private const int FirstPiece = 1 << 16;

    // In raft's snapshot record the index is the first field.
    private const int SnapshotIndexField = 1;

    private Crc32C _checksum = Crc32C.Continue(0);
    private byte[]? _metadata;
    private LogPosition _last;
    private ulong _behindGap;
    private WalState _state;
    private WalSegmentName? _name;
    private string? _segment;
    private long _end;
    private long _tornBytes;
    private bool _isTorn;
    private string? _damage;
    private byte[] _buffer = new byte[FirstPiece];

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
    public static WalSummary Read(IEnumerable<string> segments, CancellationToken cancellationToken) =>
        new WalReader().ReadFiles(segments, cancellationToken);

    /// <summary>Reads a log, as <see cref="Read"/>.</summary>
    public WalSummary ReadFiles(IEnumerable<string> segments, CancellationToken cancellationToken)
    {
        foreach (string path in segments.Where(path => WalSegmentName.Parse(Path.GetFileName(path)) is not null)
            .OrderBy(Path.GetFileName, StringComparer.Ordinal))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 16);
            if (!Add(Path.GetFileName(path), file, cancellationToken)) break;
        }

        return Finish();
    }

    /// <summary>Reads the next segment, from its start to its end.</summary>
    /// <param name="name">Its name. The first one may be any segment of the log.</param>
    /// <param name="segment">Its bytes; it need not be seekable.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>False if the log is damaged: no further segment is read.</returns>
    public bool Add(string name, Stream segment, CancellationToken cancellationToken)
    {
        if (_isTorn) (_isTorn, _damage) = (false, DamagedAtEnd());
        if (_damage is not null) return false;
        WalSegmentName parsed = WalSegmentName.Parse(name) ?? throw new ArgumentException($"{name} is not the name of a segment.", nameof(name));
        if (_name is { } before && parsed.Number != before.Number + 1)
        {
            _damage = $"a segment is missing before {name}";
            return false;
        }

        (_name, _segment, _end) = (parsed, name, 0);
        Ending ending = ReadSegment(segment, cancellationToken);
        _isTorn = ending == Ending.Torn;
        if (ending == Ending.Damaged) _damage = DamagedAtEnd();
        return _damage is null;
    }

    /// <summary>The summary after the last segment.</summary>
    public WalSummary Finish()
    {
        if (_name is null) return WalSummary.None;
        if (_behindGap > 0) _damage ??= string.Create(CultureInfo.InvariantCulture, $"entries are missing before index {_behindGap}");
        return new WalSummary
        {
            Condition = _damage is not null ? WalCondition.Damaged : _isTorn ? WalCondition.Torn : WalCondition.Intact,
            Damage = _damage,
            TornBytes = _tornBytes,
            Last = _last,
            State = _state,
            Segment = _segment,
            End = _end,
            Checksum = _checksum.Value,
        };
    }

    private string DamagedAtEnd() => string.Create(CultureInfo.InvariantCulture, $"{_segment} is damaged at byte {_end}");

    private Ending ReadSegment(Stream segment, CancellationToken cancellationToken)
    {
        Span<byte> head = stackalloc byte[WalFrame.Size];
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int read = segment.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            if (read == 0) return Ending.Clean;
            if (read < head.Length) return Torn(head[..read], [], segment);
            WalFrame frame = WalFrame.Parse(head);
            if (frame == default) return Ending.Clean; // space reserved ahead
            if (frame.Total > Array.MaxLength) return TooLong(frame, head, segment);
            Span<byte> record = Fill(segment, (int)frame.Total);
            if (record.Length < frame.Total) return Torn(head, record, segment);
            Taking taking = Take(record[..(int)frame.Length]);
            if (taking == Taking.Unreadable && HasEmptySector(record, _end + WalFrame.Size)) return Torn(head, record, segment);
            if (taking != Taking.Taken) return Ending.Damaged;
            _end += WalFrame.Size + frame.Total;
        }
    }

    /// <summary>Reads a record into the buffer; less than wanted only at the end of the segment.</summary>
    private Span<byte> Fill(Stream segment, int wanted)
    {
        int filled = 0;
        while (filled < wanted)
        {
            int piece = Math.Min(wanted - filled, Math.Max(filled, FirstPiece));
            if (_buffer.Length < filled + piece) Array.Resize(ref _buffer, filled + piece);
            int read = segment.ReadAtLeast(_buffer.AsSpan(filled, piece), piece, throwOnEndOfStream: false);
            filled += read;
            if (read < piece) break;
        }

        return _buffer.AsSpan(0, filled);
    }

    private Ending TooLong(WalFrame frame, ReadOnlySpan<byte> head, Stream segment)
    {
        var tail = new TornTail();
        tail.Add(head);
        tail.AddRest(segment, _buffer);
        _tornBytes = tail.Used;
        return tail.Length - head.Length < frame.Total ? Ending.Torn : Ending.Damaged;
    }

    /// <summary>Records the extent of the unreadable part. Reserved space is all zeros and does not count.</summary>
    private Ending Torn(ReadOnlySpan<byte> head, ReadOnlySpan<byte> record, Stream segment)
    {
        var tail = new TornTail();
        tail.Add(head);
        tail.Add(record);
        tail.AddRest(segment, _buffer);
        _tornBytes = tail.Used;
        return Ending.Torn;
    }

    private Taking Take(ReadOnlySpan<byte> bytes)
    {
        if (!WalRecord.TryParse(bytes, out WalRecord record)) return Taking.Unreadable;
        if (record.Type == WalRecordType.Checksum)
        {
            // The first segment that is read starts with the checksum of the segments before it.
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
                TakeEntry(WalEntry.Parse(record.Data));
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

    private void TakeEntry(WalEntry entry)
    {
        if (_last.Index > 0 && entry.Position.Index > _last.Index + 1) _behindGap = entry.Position.Index;
        _last = entry.Position; // a later entry replaces all entries from its index on
        observer?.OnEntry(entry);
    }

    /// <summary>A snapshot received from the leader replaces entries. etcd before 3.5 records it after the entries that follow it.</summary>
    private void TakeSnapshot(LogPosition snapshot)
    {
        if (snapshot.Index + 1 >= _behindGap) _behindGap = 0;
        if (snapshot.Index > _last.Index) _last = snapshot;
        observer?.OnSnapshot(snapshot);
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

    /// <summary>Counts the bytes of an unreadable part.</summary>
    private struct TornTail
    {
        /// <summary>Number of bytes.</summary>
        public long Length { get; private set; }

        /// <summary>Number of bytes up to the last one that is not zero.</summary>
        public long Used { get; private set; }

        public void Add(ReadOnlySpan<byte> piece)
        {
            int last = piece.LastIndexOfAnyExcept((byte)0);
            if (last >= 0) Used = Length + last + 1;
            Length += piece.Length;
        }

        public void AddRest(Stream segment, byte[] buffer)
        {
            for (int read; (read = segment.Read(buffer)) > 0;) Add(buffer.AsSpan(0, read));
        }
    }
}
