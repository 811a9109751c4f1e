using EtcdAdmin.Clusters;
using EtcdAdmin.Snapshots.Wal;

namespace EtcdAdmin.Snapshots;

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

    /// <summary>What its log ends with.</summary>
    public WalSummary Log { get; init; } = WalSummary.None;

    /// <summary>Whether its etcd runs.</summary>
    public bool IsRunning { get; init; }

    /// <summary>Whether it follows without a vote, as its own database has it.</summary>
    public bool IsLearner => Database?.Members.FirstOrDefault(member => member.Name == Member.Name)?.IsLearner == true;

    /// <summary>Whether its log can be gone on with: readable, and not behind the database.</summary>
    public bool HasLog => Log.IsUsable && Log.Last.Index >= (Database?.ConsistentIndex ?? 0);

    /// <summary>How far it is ahead, as raft compares.</summary>
    public LogPosition Position => HasLog ? Log.Last : new LogPosition(Database?.Term ?? 0, Database?.ConsistentIndex ?? 0);

    /// <summary>How many entries are in its log and not yet in its database.</summary>
    public ulong OnlyInLog => HasLog && Database?.ConsistentIndex is { } index ? Log.Last.Index - index : 0;

    public RecoveryDataState State => Silence is not null ? RecoveryDataState.Unreachable
        : Listing?.Database is null ? RecoveryDataState.Missing
        : Database is null ? RecoveryDataState.Damaged
        : HasLog ? RecoveryDataState.Usable
        : RecoveryDataState.DatabaseOnly;

    /// <summary>How the cluster is best rebuilt from it.</summary>
    /// <remarks>
    /// A learner forced into a cluster of its own stays one, and a cluster without voters cannot do anything (etcd looks for voters in the
    /// last raft snapshot only, server/etcdserver/raft.go getIDs, 3.5).
    /// </remarks>
    public RecoveryMethod BestMethod => HasLog && !IsLearner ? RecoveryMethod.ForceNewCluster : RecoveryMethod.Restore;
}

/// <summary>The files of a member's data, as its host lists them.</summary>
/// <param name="DataDirectory">Its data folder; where an earlier attempt moved it, that place.</param>
/// <param name="WalDirectory">The folder of its log.</param>
/// <param name="FreeBytes">Free where its data folder is.</param>
/// <param name="UsedBytes">What its data folder takes.</param>
/// <param name="CanPack">Whether the host has gzip.</param>
/// <param name="Database">Its database; null where there is none.</param>
/// <param name="Segments">Those of its log.</param>
internal sealed record DataListing(
    string DataDirectory, string WalDirectory, long FreeBytes, long UsedBytes, bool CanPack, DataFile? Database, IReadOnlyList<DataFile> Segments)
{
    /// <summary>Equal listings are of data that has not changed.</summary>
    public bool IsSame(DataListing other) =>
        DataDirectory == other.DataDirectory && Database == other.Database && Segments.SequenceEqual(other.Segments);
}

/// <summary>A file on a host.</summary>
/// <param name="Path">Full path there.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Modified">When it was last written, to the second.</param>
internal sealed record DataFile(string Path, long Size, DateTimeOffset Modified);
