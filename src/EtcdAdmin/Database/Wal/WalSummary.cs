namespace EtcdAdmin.Database.Wal;

/// <summary>The condition of a write-ahead log.</summary>
internal enum WalCondition
{
    /// <summary>There is no log.</summary>
    Missing,

    /// <summary>Readable to the end.</summary>
    Intact,

    /// <summary>
    /// The bytes after the last record cannot be read, as after a crash during a write. That write was never acknowledged. etcd
    /// drops these bytes at startup.
    /// </summary>
    Torn,

    /// <summary>Damaged before the end; etcd refuses to start with this log.</summary>
    Damaged,
}

/// <summary>The end of a write-ahead log.</summary>
internal sealed record WalSummary
{
    /// <summary>No log.</summary>
    public static WalSummary None { get; } = new() { Condition = WalCondition.Missing };

    public required WalCondition Condition { get; init; }

    /// <summary>What is damaged and where; null if the log is not damaged.</summary>
    public string? Damage { get; init; }

    /// <summary>The last readable entry.</summary>
    public LogPosition Last { get; init; }

    /// <summary>The last readable raft state.</summary>
    public WalState State { get; init; }

    /// <summary>The name of the segment with the last readable record; null if there is no record.</summary>
    public string? Segment { get; init; }

    /// <summary>The position in bytes at which the last readable record ends in that segment.</summary>
    public long End { get; init; }

    /// <summary>Number of unreadable bytes after that position; 0 if the log is not torn.</summary>
    public long TornBytes { get; init; }

    /// <summary>The checksum up to that position.</summary>
    public uint Checksum { get; init; }

    /// <summary>Number of entries at the end that the member does not know to be committed. They may still have been acknowledged.</summary>
    public ulong Uncommitted => Last.Index > State.Commit ? Last.Index - State.Commit : 0;

    /// <summary>Whether etcd can start with this log.</summary>
    public bool IsUsable => Condition is WalCondition.Intact or WalCondition.Torn && Last.Index > 0;

    /// <summary>
    /// Creates a record for the end of the log that marks all entries as committed. A leader elected from the remaining members would
    /// commit all its entries in the same way.
    /// </summary>
    public byte[] CommitAll() => WalRecord.Make(WalRecordType.State, Committed().ToBytes(), Checksum);

    /// <summary>
    /// Entries are written before the state, so after a crash the last entry's term can be newer than the state's term.
    /// No vote was cast in that term.
    /// </summary>
    private WalState Committed() => Last.Term > State.Term ? new WalState(Last.Term, Vote: 0, Last.Index) : State with { Commit = Last.Index };
}
