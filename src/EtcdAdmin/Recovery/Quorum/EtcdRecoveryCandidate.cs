using EtcdAdmin.Clusters;
using EtcdAdmin.Database.Schema;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>What state the data of a member is in.</summary>
public enum RecoveryDataState
{
    /// <summary>Database and write-ahead log can be read to their ends.</summary>
    Usable,

    /// <summary>The database can be read; the write-ahead log is missing or damaged, so entries that only it had are lost.</summary>
    DatabaseOnly,

    /// <summary>The database cannot be read.</summary>
    Damaged,

    /// <summary>There is none.</summary>
    Missing,

    /// <summary>It is there and cannot be read now: locked, no permission, or an I/O error. That says nothing of what is in it.</summary>
    Unreadable,

    /// <summary>Its host cannot be managed now, so what it has is not known.</summary>
    Unreachable,
}

/// <summary>A member whose data a cluster without a quorum could be rebuilt from.</summary>
public sealed record EtcdRecoveryCandidate
{
    /// <summary>The cluster.</summary>
    public required EtcdCluster Cluster { get; init; }

    /// <summary>The member's name.</summary>
    public required string Member { get; init; }

    /// <summary>The host it lives on.</summary>
    public required string HostName { get; init; }

    /// <summary>The state of its data.</summary>
    public required RecoveryDataState DataState { get; init; }

    /// <summary>The raft term of its last log entry; null where unknown: without a log, before etcd 3.5.</summary>
    public ulong? Term { get; init; }

    /// <summary>The index of its last log entry, or where there is no log of the last entry in its database; null where unknown.</summary>
    public ulong? Index { get; init; }

    /// <summary>Up to which index it knows the log to be committed; null where there is no log.</summary>
    public ulong? CommitIndex { get; init; }

    /// <summary>The index of the last entry that is in its database; null where unknown.</summary>
    public ulong? ConsistentIndex { get; init; }

    /// <summary>The revision of its database; entries of its log may add to it.</summary>
    public long? Revision { get; init; }

    /// <summary>How many keys its database has.</summary>
    public long? TotalKeys { get; init; }

    /// <summary>The CRC-32C of all records in its database, as <c>etcdutl snapshot status</c> prints it; differs between members where only one has compacted.</summary>
    public string? Hash { get; init; }

    /// <summary>The size of its database file in bytes.</summary>
    public long? DbSizeBytes { get; init; }

    /// <summary>When its database was last written.</summary>
    public DateTimeOffset? LastModified { get; init; }

    /// <summary>The members of the cluster as its database knows them.</summary>
    public IReadOnlyList<SnapshotMember> Members { get; init; } = [];

    /// <summary>Whether its etcd runs.</summary>
    public bool IsRunning { get; init; }

    /// <summary>From 1, the furthest ahead; null where its data cannot be used, or is not compared because a repair was begun from another member.</summary>
    public int? Rank { get; init; }

    /// <summary>Whether the cluster is rebuilt from it.</summary>
    public bool IsChosen { get; init; }

    /// <summary>What speaks for or against it, and what would be lost with it.</summary>
    public string Reason { get; init; } = "";

    /// <inheritdoc/>
    public override string ToString() => $"{Member}: {Reason}";
}
