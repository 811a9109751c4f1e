using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Database;
using EtcdAdmin.Database.Wal;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>What was found of a member's data.</summary>
/// <param name="Member">The member.</param>
internal sealed record MemberData(MemberSpec Member)
{
    /// <summary>Why its data is not known; null if its host answered.</summary>
    public string? Silence { get; init; }

    /// <summary>Its files; null if its host did not answer.</summary>
    public DataListing? Listing { get; init; }

    /// <summary>What its database holds; null if it is missing or cannot be read.</summary>
    public SnapshotInfo? Database { get; init; }

    /// <summary>Why its database cannot be read; null if it can.</summary>
    public string? Damage { get; init; }

    /// <summary>Why its files cannot be read now, although they may be intact; null for no reason.</summary>
    public string? Obstacle { get; init; }

    /// <summary>The end of its log.</summary>
    public WalSummary Log { get; init; } = WalSummary.None;

    /// <summary>Whether its etcd runs.</summary>
    public bool IsRunning { get; init; }

    /// <summary>Whether it is a learner, according to its own database.</summary>
    public bool IsLearner => Database?.Members.FirstOrDefault(member => member.Name == Member.Name)?.IsLearner == true;

    /// <summary>Whether etcd can continue from its log: it is readable, and not behind the database.</summary>
    public bool HasLog => Log.IsUsable && Log.Last.Index >= (Database?.ConsistentIndex ?? 0);

    /// <summary>The number of entries in its log that are not in its database yet.</summary>
    public ulong OnlyInLog => HasLog && Database?.ConsistentIndex is { } index ? Log.Last.Index - index : 0;

    /// <summary>Whether a part of it cannot be read.</summary>
    public bool IsDamaged => Damage is not null || Log.Condition == WalCondition.Damaged;

    /// <summary>Whether an earlier attempt moved it aside and put nothing in its place.</summary>
    public bool IsAside => Listing is { } listing && listing.DataDirectory != Member.Layout.DataDirectory;

    /// <summary>Whether a cluster can be rebuilt from it.</summary>
    public bool IsUsable => State is RecoveryDataState.Usable or RecoveryDataState.DatabaseOnly;

    public RecoveryDataState State => Silence is not null ? RecoveryDataState.Unreachable
        : Obstacle is not null ? RecoveryDataState.Unreadable
        : Listing?.Database is null ? RecoveryDataState.Missing
        : Database is null ? RecoveryDataState.Damaged
        : HasLog ? RecoveryDataState.Usable
        : RecoveryDataState.DatabaseOnly;

    /// <summary>The best method to rebuild the cluster from it.</summary>
    /// <remarks>
    /// A learner that is forced into a cluster of its own is still a learner, and a cluster without voters cannot do anything (etcd looks for
    /// voters in the last raft snapshot only, server/etcdserver/raft.go getIDs, 3.5).
    /// </remarks>
    public RecoveryMethod BestMethod => HasLog && !IsLearner && !IsAside ? RecoveryMethod.ForceNewCluster : RecoveryMethod.Restore;
}
