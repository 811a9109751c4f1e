using EtcdAdmin.Clusters;
using EtcdAdmin.Database.Schema;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>The state of a member's data.</summary>
public enum RecoveryDataState
{
    /// <summary>Database and write-ahead log are readable to their ends.</summary>
    Usable,

    /// <summary>The database is readable. The write-ahead log is missing or damaged, so entries that are only in the log are lost.</summary>
    DatabaseOnly,

    /// <summary>The database is damaged.</summary>
    Damaged,

    /// <summary>There is no data.</summary>
    Missing,

    /// <summary>The data cannot be read now because of a lock, a missing permission or an I/O error. It may be intact.</summary>
    Unreadable,

    /// <summary>The host cannot be managed now, so its data is not known.</summary>
    Unreachable,
}

/// <summary>A member as a source to rebuild a cluster without quorum from.</summary>
public sealed record EtcdRecoveryCandidate
{
    /// <summary>The cluster.</summary>
    public required EtcdCluster Cluster { get; init; }

    /// <summary>The member's name.</summary>
    public required string Member { get; init; }

    /// <summary>The member's host.</summary>
    public required string HostName { get; init; }

    /// <summary>The state of its data.</summary>
    public required RecoveryDataState DataState { get; init; }

    /// <summary>The raft term of its last log entry; null if not known (no log, and etcd before 3.5).</summary>
    public ulong? Term { get; init; }

    /// <summary>The index of its last log entry, or without a log of the last entry in its database; null if not known.</summary>
    public ulong? Index { get; init; }

    /// <summary>The index up to which it knows its log to be committed; null without a log.</summary>
    public ulong? CommitIndex { get; init; }

    /// <summary>The index of the last entry in its database; null if not known.</summary>
    public ulong? ConsistentIndex { get; init; }

    /// <summary>The revision of its database; log entries that the database does not have yet can raise it.</summary>
    public long? Revision { get; init; }

    /// <summary>The number of keys in its database.</summary>
    public long? TotalKeys { get; init; }

    /// <summary>
    /// The CRC-32C of all records in its database, as <c>etcdutl snapshot status</c> prints it. It differs between members if only one of them
    /// has compacted.
    /// </summary>
    public string? Hash { get; init; }

    /// <summary>The size of its database file in bytes.</summary>
    public long? DbSizeBytes { get; init; }

    /// <summary>The time of the last write to its database.</summary>
    public DateTimeOffset? LastModified { get; init; }

    /// <summary>The cluster's members according to its database.</summary>
    public IReadOnlyList<SnapshotMember> Members { get; init; } = [];

    /// <summary>Whether its etcd runs.</summary>
    public bool IsRunning { get; init; }

    /// <summary>The rank from 1, the furthest ahead; null if its data cannot be used, or an interrupted repair already has another source.</summary>
    public int? Rank { get; init; }

    /// <summary>Whether the cluster is rebuilt from it.</summary>
    public bool IsChosen { get; init; }

    /// <summary>The reason for or against this member, and what would be lost.</summary>
    public string Reason { get; init; } = "";

    /// <inheritdoc/>
    public override string ToString() => $"{Member}: {Reason}";
}
