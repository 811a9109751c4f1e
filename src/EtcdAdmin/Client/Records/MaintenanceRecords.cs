namespace EtcdAdmin.Client.Records;

/// <summary>What one member says about itself.</summary>
public sealed record MemberStatus
{
    /// <summary>Who answered.</summary>
    public required EtcdHeader Header { get; init; }

    /// <summary>The version that runs, for instance <c>3.5.16</c>.</summary>
    public required string Version { get; init; }

    /// <summary>The database file's size, with what is free inside.</summary>
    public required long DbSizeBytes { get; init; }

    /// <summary>What of it is in use; null before etcd 3.4.</summary>
    public required long? DbSizeInUseBytes { get; init; }

    /// <summary>The quota; null before etcd 3.6, which does not tell.</summary>
    public required long? DbSizeQuotaBytes { get; init; }

    /// <summary>The leader as this member knows it; none is <see cref="MemberId.IsNone"/>.</summary>
    public required MemberId Leader { get; init; }

    /// <summary>The last raft entry committed.</summary>
    public required ulong RaftIndex { get; init; }

    /// <summary>The raft term.</summary>
    public required ulong RaftTerm { get; init; }

    /// <summary>The last raft entry applied; null before etcd 3.4.</summary>
    public required ulong? RaftAppliedIndex { get; init; }

    /// <summary>What the member complains about, alarms among it; empty before etcd 3.4.</summary>
    public required IReadOnlyList<string> Errors { get; init; }

    /// <summary>It follows without a vote.</summary>
    public required bool IsLearner { get; init; }

    /// <summary>The version its data is laid out for; null before etcd 3.6.</summary>
    public required string? StorageVersion { get; init; }

    /// <summary>The version a downgrade under way leads to; null if there is none.</summary>
    public required string? DowngradeTarget { get; init; }

    /// <summary>This member is the leader.</summary>
    public bool IsLeader => !Leader.IsNone && Leader == Header.MemberId;

    internal static MemberStatus From(Wire.StatusResponse status) => new()
    {
        Header = EtcdHeader.From(status.Header),
        Version = status.Version,
        DbSizeBytes = status.DbSize,
        // A database is never empty, so 0 is a field the server does not know. Likewise an applied index.
        DbSizeInUseBytes = status.DbSizeInUse == 0 ? null : status.DbSizeInUse,
        DbSizeQuotaBytes = status.DbSizeQuota == 0 ? null : status.DbSizeQuota,
        Leader = new MemberId(status.Leader),
        RaftIndex = status.RaftIndex,
        RaftTerm = status.RaftTerm,
        RaftAppliedIndex = status.RaftAppliedIndex == 0 ? null : status.RaftAppliedIndex,
        Errors = [.. status.Errors],
        IsLearner = status.IsLearner,
        StorageVersion = status.StorageVersion.Length == 0 ? null : status.StorageVersion,
        DowngradeTarget = status.DowngradeInfo is { Enabled: true } downgrade ? downgrade.TargetVersion : null,
    };
}

/// <summary>What an alarm is about.</summary>
public enum AlarmType
{
    /// <summary>In a request: every type.</summary>
    None = 0,

    /// <summary>The member's quota is used up.</summary>
    NoSpace = 1,

    /// <summary>The member's data is corrupt.</summary>
    Corrupt = 2,
}

/// <summary>An alarm that is armed.</summary>
/// <param name="Member">Whose.</param>
/// <param name="Type">What about.</param>
public sealed record MemberAlarm(MemberId Member, AlarmType Type);

/// <summary>The hash of a member's keys and values up to a revision.</summary>
/// <param name="Header">Who answered.</param>
/// <param name="Hash">Equal on all members at the same revision with the same compact revision.</param>
/// <param name="CompactRevision">The oldest revision that went into it; -1 if nothing was ever compacted.</param>
/// <param name="Revision">The newest that went into it.</param>
public sealed record KvHash(EtcdHeader Header, uint Hash, long CompactRevision, long Revision);

/// <summary>One piece of a snapshot.</summary>
/// <param name="Data">The bytes, valid until the next piece is asked for.</param>
/// <param name="RemainingBytes">How much is to come, the trailing SHA-256 (32 bytes) not counted.</param>
/// <param name="Version">The version the data is laid out for; null before etcd 3.6.</param>
public readonly record struct SnapshotChunk(ReadOnlyMemory<byte> Data, long RemainingBytes, string? Version);

/// <summary>What to do about a downgrade.</summary>
public enum DowngradeAction
{
    /// <summary>Says whether the cluster could be downgraded; changes nothing.</summary>
    Validate = 0,

    /// <summary>Starts it.</summary>
    Enable = 1,

    /// <summary>Ends one under way.</summary>
    Cancel = 2,
}
