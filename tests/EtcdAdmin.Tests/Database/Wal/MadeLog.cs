using EtcdAdmin.Database.Wal;

namespace EtcdAdmin.Tests.Database.Wal;

/// <summary>A generated log, written record by record, for contents that a real etcd does not write on request.</summary>
internal sealed class MadeLog
{
    private readonly List<byte[]> _records = [];
    private uint _checksum;

    public MadeLog()
    {
        _records.Add(WalRecord.Make(WalRecordType.Checksum, [], 0));
    }

    /// <summary>The start of each record, and the end of the last one.</summary>
    public int[] Offsets => [.. Enumerable.Range(0, _records.Count + 1).Select(count => _records.Take(count).Sum(record => record.Length))];

    public MadeLog Add(WalRecordType type, byte[] data)
    {
        byte[] record = WalRecord.Make(type, data, _checksum);
        _records.Add(record);
        Assert.True(WalRecord.TryParse(record.AsSpan(WalFrame.Size, (int)WalFrame.Parse(record).Length), out WalRecord made));
        _checksum = made.Checksum;
        return this;
    }

    public MadeLog Entry(ulong term, ulong index, int size = 0) => Add(WalRecordType.Entry, Message([(2, term), (3, index)], (4, size)));

    public MadeLog Snapshot(ulong term, ulong index) => Add(WalRecordType.Snapshot, Message([(1, index), (2, term)], (0, 0)));

    public MadeLog State(ulong term, ulong vote, ulong commit) => Add(WalRecordType.State, new WalState(term, vote, commit).ToBytes());

    /// <summary>Writes the log with reserved space at its end, as etcd does.</summary>
    public byte[] ToBytes() => [.. _records.SelectMany(record => record), .. new byte[4096]];

    private static byte[] Message((int Number, ulong Value)[] fields, (int Number, int Size) filler)
    {
        var message = new List<byte>();
        foreach ((int number, ulong value) in fields) WalFields.Write(message, number, value);
        if (filler.Size > 0) WalFields.Write(message, filler.Number, [.. Enumerable.Repeat((byte)'x', filler.Size)]);
        return [.. message];
    }
}
