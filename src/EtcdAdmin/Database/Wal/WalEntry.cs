namespace EtcdAdmin.Database.Wal;

/// <summary>The types of entries.</summary>
/// <remarks>Source: etcd <c>raft/raftpb/raft.proto</c> (EntryType), 3.5.</remarks>
internal enum WalEntryType
{
    /// <summary>A request of a client or of etcd itself.</summary>
    Normal = 0,

    /// <summary>A change of the membership.</summary>
    ConfChange = 1,

    /// <summary>A change of the membership, in a later format.</summary>
    ConfChangeV2 = 2,
}

/// <summary>An entry of the raft log. Its data is valid only while the entry is observed.</summary>
/// <remarks>Source: etcd <c>raft/raftpb/raft.proto</c> (Entry), 3.5; the same from 2.0 to 3.7.</remarks>
internal ref struct WalEntry
{
    private const int TypeField = 1;
    private const int TermField = 2;
    private const int IndexField = 3;
    private const int DataField = 4;

    public WalEntryType Type { get; private set; }

    public LogPosition Position { get; private set; }

    /// <summary>The request; empty for the entry with which a leader begins its term.</summary>
    public ReadOnlySpan<byte> Data { get; private set; }

    public static WalEntry Parse(ReadOnlySpan<byte> bytes)
    {
        var entry = new WalEntry();
        (ulong term, ulong index) = (0, 0);
        var fields = new WalFields(bytes);
        while (fields.MoveNext())
        {
            switch (fields.Number)
            {
                case TypeField: entry.Type = (WalEntryType)fields.Value; break;
                case TermField: term = fields.Value; break;
                case IndexField: index = fields.Value; break;
                case DataField when !fields.IsNumber: entry.Data = fields.Bytes; break;
            }
        }

        entry.Position = new LogPosition(term, index);
        return entry;
    }
}
