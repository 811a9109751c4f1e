using EtcdAdmin.Database;
using EtcdAdmin.Database.Wal;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>Compares members' data as raft does in an election.</summary>
/// <param name="all">The data of one cluster; data of another cluster cannot be compared.</param>
internal sealed class DataRanking(IReadOnlyList<MemberData> all)
{
    private readonly LogPosition[] _known =
    [
        .. all.Where(data => data.HasLog).Select(data => data.Log.Last),
        .. all.Select(data => data.Database).Where(database => database?.Term > 0)
            .Select(database => new LogPosition(database!.Term!.Value, database.ConsistentIndex ?? 0)), // there, by the line before
    ];

    /// <summary>The data that a cluster can be rebuilt from, the best first.</summary>
    /// <param name="wanted">The requested method; null uses the best method for each member.</param>
    public RankedData[] Rank(RecoveryMethod? wanted) =>
    [
        .. all.Where(data => data.IsUsable).Select(data => Rank(data, wanted))
            .OrderByDescending(ranked => ranked.Position)
            .ThenBy(ranked => ranked.Method) // prefers the method that keeps more of the data
            .ThenByDescending(ranked => ranked.Data.Database!.CurrentRevision) // usable data has a database
            .ThenBy(ranked => ranked.Data.Member.Name, StringComparer.Ordinal),
    ];

    /// <summary>The last entry that a member has anywhere, even if no method can use it; null if nothing can be read.</summary>
    public LogPosition? Furthest(MemberData data) =>
        data.HasLog ? data.Log.Last : data.Database is null ? null : InDatabase(data.Database);

    private RankedData Rank(MemberData data, RecoveryMethod? wanted) =>
        wanted != RecoveryMethod.Restore && data.BestMethod == RecoveryMethod.ForceNewCluster
            ? new RankedData(data, RecoveryMethod.ForceNewCluster, data.Log.Last)
            : new RankedData(data, RecoveryMethod.Restore, InDatabase(data.Database!)); // usable data has one

    /// <summary>The last entry of a database. If the database has no term, its term is at least that of all logs that end before it.</summary>
    /// <remarks>
    /// A database holds committed entries, and a leader that writes entries of a term has all entries committed before. So a log that ends
    /// before a committed entry ends in the term of that entry or an earlier one.
    /// </remarks>
    private LogPosition InDatabase(SnapshotInfo database)
    {
        ulong index = database.ConsistentIndex ?? 0;
        ulong term = database.Term is > 0 and var told ? told : _known.Where(known => known.Index < index).Max(known => (ulong?)known.Term) ?? 0;
        return new LogPosition(term, index);
    }
}

/// <summary>A member's data, and how far a cluster rebuilt from it gets.</summary>
/// <param name="Data">The data.</param>
/// <param name="Method">The method to rebuild from it.</param>
/// <param name="Position">The last entry that the rebuilt cluster has.</param>
internal sealed record RankedData(MemberData Data, RecoveryMethod Method, LogPosition Position)
{
    /// <summary>The member's name.</summary>
    public string Name => Data.Member.Name;
}
