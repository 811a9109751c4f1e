namespace EtcdAdmin.Snapshots.Wal;

/// <summary>Whether a write-ahead log can be relied on.</summary>
internal enum WalCondition
{
    /// <summary>There is none.</summary>
    Missing,

    /// <summary>Readable to its end.</summary>
    Whole,

    /// <summary>Its last record was cut off by a crash; etcd drops that one when it starts, and it was never acknowledged.</summary>
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
    public byte[] CommitAll() => WalRecord.Make(WalRecordType.State, (State with { Commit = Last.Index }).ToBytes(), Checksum);
}
