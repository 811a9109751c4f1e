namespace EtcdAdmin.Database.Wal;

/// <summary>Whether a write-ahead log can be relied on.</summary>
internal enum WalCondition
{
    /// <summary>There is none.</summary>
    Missing,

    /// <summary>Readable to its end.</summary>
    Whole,

    /// <summary>
    /// What is behind its last record cannot be read, as after a crash in the middle of a write, which nobody was told had succeeded. etcd
    /// drops it when it starts.
    /// </summary>
    Torn,

    /// <summary>Damaged before its end; etcd refuses to start with it.</summary>
    Damaged,
}

/// <summary>What a write-ahead log ends with.</summary>
internal sealed record WalSummary
{
    /// <summary>No log.</summary>
    public static WalSummary None { get; } = new() { Condition = WalCondition.Missing };

    public required WalCondition Condition { get; init; }

    /// <summary>What is wrong and where; null where nothing is.</summary>
    public string? Damage { get; init; }

    /// <summary>The last readable entry.</summary>
    public LogPosition Last { get; init; }

    /// <summary>The last readable state.</summary>
    public WalState State { get; init; }

    /// <summary>The name of the segment that the last readable record is in; null where there is none.</summary>
    public string? Segment { get; init; }

    /// <summary>Where the last readable record ends in that segment, in bytes.</summary>
    public long End { get; init; }

    /// <summary>How many bytes behind that cannot be read; 0 where the log is not torn.</summary>
    public long TornBytes { get; init; }

    /// <summary>The checksum up to there.</summary>
    public uint Checksum { get; init; }

    /// <summary>How many entries at its end the member does not know to be committed. They may have been acknowledged all the same.</summary>
    public ulong Uncommitted => Last.Index > State.Commit ? Last.Index - State.Commit : 0;

    /// <summary>Whether etcd can start with it.</summary>
    public bool IsUsable => Condition is WalCondition.Whole or WalCondition.Torn && Last.Index > 0;

    /// <summary>
    /// A record for the end of the log that says: all of it is committed. A leader elected from the members that are left would do the
    /// same with all entries it has.
    /// </summary>
    public byte[] CommitAll() => WalRecord.Make(WalRecordType.State, Committed().ToBytes(), Checksum);

    /// <summary>Entries are written before the state, so a crash can leave the term of the one ahead of the other's, in which nobody was voted for.</summary>
    private WalState Committed() => Last.Term > State.Term ? new WalState(Last.Term, Vote: 0, Last.Index) : State with { Commit = Last.Index };
}
