using Wire = Etcdserverpb;

namespace EtcdAdmin.Client.Records;

/// <summary>The status of one member.</summary>
public sealed record MemberStatus
{
    /// <summary>The header of the answer.</summary>
    public required EtcdHeader Header { get; init; }

    /// <summary>The running version, for instance <c>3.5.16</c>.</summary>
    public required string Version { get; init; }

    /// <summary>The size of the database file, including its free space.</summary>
    public required long DbSizeBytes { get; init; }

    /// <summary>The size of the database in use; null before etcd 3.4.</summary>
    public required long? DbSizeInUseBytes { get; init; }

    /// <summary>The quota; null before etcd 3.6, which does not report it.</summary>
    public required long? DbSizeQuotaBytes { get; init; }

    /// <summary>The leader as this member knows it; none is <see cref="MemberId.IsNone"/>.</summary>
    public required MemberId Leader { get; init; }

    /// <summary>The last committed raft entry.</summary>
    public required ulong RaftIndex { get; init; }

    /// <summary>The raft term.</summary>
    public required ulong RaftTerm { get; init; }

    /// <summary>The last applied raft entry; null before etcd 3.4.</summary>
    public required ulong? RaftAppliedIndex { get; init; }

    /// <summary>The errors that the member reports, including alarms; empty before etcd 3.4.</summary>
    public required IReadOnlyList<string> Errors { get; init; }

    /// <summary>The member is a learner (no vote).</summary>
    public required bool IsLearner { get; init; }

    /// <summary>The version of its data format; null before etcd 3.6.</summary>
    public required string? StorageVersion { get; init; }

    /// <summary>The target version of a running downgrade; null if none is running.</summary>
    public required string? DowngradeTarget { get; init; }

    /// <summary>This member is the leader.</summary>
    public bool IsLeader => !Leader.IsNone && Leader == Header.MemberId;

    internal static MemberStatus From(Wire.StatusResponse status) => new()
    {
        Header = EtcdHeader.From(status.Header),
        Version = status.Version,
        DbSizeBytes = status.DbSize,
        // A database is never empty, so 0 means that the server does not know the field. The same holds for an applied index.
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

/// <summary>The type of an alarm.</summary>
public enum AlarmType
{
    /// <summary>In a request: every type.</summary>
    None = 0,

    /// <summary>The member's quota is used up.</summary>
    NoSpace = 1,

    /// <summary>The member's data is corrupt.</summary>
    Corrupt = 2,
}

/// <summary>An active alarm.</summary>
/// <param name="Member">The member with the alarm.</param>
/// <param name="Type">The type.</param>
public sealed record MemberAlarm(MemberId Member, AlarmType Type);

/// <summary>The hash of a member's keys and values up to a revision.</summary>
/// <param name="Header">The header of the answer.</param>
/// <param name="Hash">Equal on all members at the same revision with the same compact revision.</param>
/// <param name="CompactRevision">The oldest included revision; -1 if nothing was ever compacted.</param>
/// <param name="Revision">The newest included revision.</param>
public sealed record KvHash(EtcdHeader Header, uint Hash, long CompactRevision, long Revision);

/// <summary>One piece of a snapshot.</summary>
/// <param name="Data">The bytes, valid until the next piece is requested.</param>
/// <param name="RemainingBytes">The number of bytes to come, without the trailing SHA-256 (32 bytes).</param>
/// <param name="Version">The version of the data format; null before etcd 3.6.</param>
public readonly record struct SnapshotChunk(ReadOnlyMemory<byte> Data, long RemainingBytes, string? Version);

/// <summary>An action on a downgrade.</summary>
public enum DowngradeAction
{
    /// <summary>Checks whether the cluster can be downgraded; changes nothing.</summary>
    Validate = 0,

    /// <summary>Starts a downgrade.</summary>
    Enable = 1,

    /// <summary>Cancels the running downgrade.</summary>
    Cancel = 2,
}
