using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Database;
using EtcdAdmin.Database.Wal;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>What was found of a member's data.</summary>
/// <param name="Member">Whose.</param>
internal sealed record MemberData(MemberSpec Member)
{
    /// <summary>Why nothing is known of it; null where its host answered.</summary>
    public string? Silence { get; init; }

    /// <summary>Where it lies; null where its host did not answer.</summary>
    public DataListing? Listing { get; init; }

    /// <summary>What its database holds; null where it is missing or cannot be read.</summary>
    public SnapshotInfo? Database { get; init; }

    /// <summary>Why its database cannot be read.</summary>
    public string? Damage { get; init; }

    /// <summary>What keeps its files from being read, which says nothing of their contents; null for nothing.</summary>
    public string? Obstacle { get; init; }

    /// <summary>What its log ends with.</summary>
    public WalSummary Log { get; init; } = WalSummary.None;

    /// <summary>Whether its etcd runs.</summary>
    public bool IsRunning { get; init; }

    /// <summary>Whether it follows without a vote, as its own database has it.</summary>
    public bool IsLearner => Database?.Members.FirstOrDefault(member => member.Name == Member.Name)?.IsLearner == true;

    /// <summary>Whether its log can be gone on with: readable, and not behind the database.</summary>
    public bool HasLog => Log.IsUsable && Log.Last.Index >= (Database?.ConsistentIndex ?? 0);

    /// <summary>How many entries are in its log and not yet in its database.</summary>
    public ulong OnlyInLog => HasLog && Database?.ConsistentIndex is { } index ? Log.Last.Index - index : 0;

    /// <summary>Whether something of it cannot be read.</summary>
    public bool IsDamaged => Damage is not null || Log.Condition == WalCondition.Damaged;

    /// <summary>Whether an earlier attempt moved it away and brought nothing in its place.</summary>
    public bool IsAside => Listing is { } listing && listing.DataDirectory != Member.Layout.DataDirectory;

    /// <summary>Whether a cluster can be rebuilt from it.</summary>
    public bool IsUsable => State is RecoveryDataState.Usable or RecoveryDataState.DatabaseOnly;

    public RecoveryDataState State => Silence is not null ? RecoveryDataState.Unreachable
        : Obstacle is not null ? RecoveryDataState.Unreadable
        : Listing?.Database is null ? RecoveryDataState.Missing
        : Database is null ? RecoveryDataState.Damaged
        : HasLog ? RecoveryDataState.Usable
        : RecoveryDataState.DatabaseOnly;

    /// <summary>How the cluster is best rebuilt from it.</summary>
    /// <remarks>
    /// A learner forced into a cluster of its own stays one, and a cluster without voters cannot do anything (etcd looks for voters in the
    /// last raft snapshot only, server/etcdserver/raft.go getIDs, 3.5).
    /// </remarks>
    public RecoveryMethod BestMethod => HasLog && !IsLearner && !IsAside ? RecoveryMethod.ForceNewCluster : RecoveryMethod.Restore;
}
