using EtcdAdmin.Database.Hashes;

namespace EtcdAdmin.Database.Wal;

/// <summary>The types of records.</summary>
/// <remarks>Source: etcd <c>server/wal/wal.go</c>, 3.5.</remarks>
internal enum WalRecordType
{
    /// <summary>The IDs of the cluster and the member that wrote the log.</summary>
    Metadata = 1,

    /// <summary>An entry of the raft log.</summary>
    Entry = 2,

    /// <summary>Term, vote, and the index up to which entries are known to be committed.</summary>
    State = 3,

    /// <summary>The checksum so far; the first record of each segment.</summary>
    Checksum = 4,

    /// <summary>A raft snapshot was taken or received.</summary>
    Snapshot = 5,
}

/// <summary>One record.</summary>
/// <remarks>Sources: etcd <c>server/wal/walpb/record.proto</c>, <c>raft/raftpb/raft.proto</c>, 3.5.</remarks>
internal ref struct WalRecord
{
    private const int TypeField = 1;
    private const int ChecksumField = 2;
    private const int DataField = 3;

    public WalRecordType Type { get; private set; }

    /// <summary>CRC-32C of the data of all records up to and including this record.</summary>
    public uint Checksum { get; private set; }

    public ReadOnlySpan<byte> Data { get; private set; }

    /// <returns>False if the bytes are not a record.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out WalRecord record)
    {
        record = default;
        var fields = new WalFields(bytes);
        while (fields.MoveNext())
        {
            // etcd refuses a log with such a field, and the checksum does not cover it.
            if (fields.Number is TypeField or ChecksumField or DataField && fields.IsNumber == (fields.Number == DataField)) return false;
            switch (fields.Number)
            {
                case TypeField: record.Type = (WalRecordType)fields.Value; break;
                case ChecksumField: record.Checksum = (uint)fields.Value; break;
                case DataField: record.Data = fields.Bytes; break;
            }
        }

        return fields.IsValid;
    }

    /// <summary>Creates a record with its frame and padding, as stored in the file.</summary>
    /// <param name="type">The type of the record.</param>
    /// <param name="data">The data of the record.</param>
    /// <param name="previous">The checksum of the previous record.</param>
    public static byte[] Make(WalRecordType type, byte[] data, uint previous)
    {
        Crc32C checksum = Crc32C.Continue(previous);
        checksum.Append(data);
        var message = new List<byte>();
        WalFields.Write(message, TypeField, (ulong)type);
        WalFields.Write(message, ChecksumField, checksum.Value);
        WalFields.Write(message, DataField, data);
        WalFrame frame = WalFrame.For(message.Count);
        byte[] bytes = new byte[WalFrame.Size + frame.Total];
        frame.Write(bytes);
        message.CopyTo(bytes, WalFrame.Size);
        return bytes;
    }
}

/// <summary>Term, vote, and the index up to which entries are known to be committed.</summary>
internal readonly record struct WalState(ulong Term, ulong Vote, ulong Commit)
{
    public static WalState Parse(ReadOnlySpan<byte> data)
    {
        (ulong term, ulong vote, ulong commit) = (0, 0, 0);
        var fields = new WalFields(data);
        while (fields.MoveNext())
        {
            switch (fields.Number)
            {
                case 1: term = fields.Value; break;
                case 2: vote = fields.Value; break;
                case 3: commit = fields.Value; break;
            }
        }

        return new WalState(term, vote, commit);
    }

    public byte[] ToBytes()
    {
        var message = new List<byte>();
        WalFields.Write(message, 1, Term);
        WalFields.Write(message, 2, Vote);
        WalFields.Write(message, 3, Commit);
        return [.. message];
    }
}

/// <summary>A position in the raft log, compared as raft does when it elects a leader: the term first.</summary>
/// <param name="Term">The term in which the entry was written.</param>
/// <param name="Index">The index of the entry.</param>
internal readonly record struct LogPosition(ulong Term, ulong Index) : IComparable<LogPosition>
{
    /// <summary>Parses an entry (type 1, term 2, index 3) or a snapshot record (index 1, term 2).</summary>
    public static LogPosition Parse(ReadOnlySpan<byte> data, int indexField)
    {
        (ulong term, ulong index) = (0, 0);
        var fields = new WalFields(data);
        while (fields.MoveNext())
        {
            if (fields.Number == 2) term = fields.Value;
            else if (fields.Number == indexField) index = fields.Value;
        }

        return new LogPosition(term, index);
    }

    public int CompareTo(LogPosition other) => Term != other.Term ? Term.CompareTo(other.Term) : Index.CompareTo(other.Index);
}
