using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Database.Wal;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>Tells what each member has, and what speaks for or against it.</summary>
internal static class CandidateList
{
    /// <summary>All members: those to choose from, the best first, then the rest.</summary>
    public static IReadOnlyList<EtcdRecoveryCandidate> Describe(
        EtcdCluster cluster, IReadOnlyList<MemberData> all, RankedData[] ranked, RankedData? chosen)
    {
        ClusterRecovery? begun = cluster.RequireSpec().Recovery;
        return
        [
            .. ranked.Select((data, place) => Candidate(cluster, data.Data) with
            {
                Rank = place + 1,
                IsChosen = data == chosen,
                Reason = Reason(data, ranked[0], begun),
            }),
            .. all.Except(ranked.Select(data => data.Data)).Select(data => Candidate(cluster, data) with { Reason = Trouble(data) ?? LeftOut(begun) }),
        ];
    }

    /// <summary>Why nothing can be rebuilt from a member's data; null where something can.</summary>
    public static string? Trouble(MemberData data) => data.State switch
    {
        RecoveryDataState.Unreachable => $"what it has is not known: {data.Silence}",
        RecoveryDataState.Unreadable => $"its data cannot be read now: {data.Obstacle?.TrimEnd('.')}",
        RecoveryDataState.Missing => $"no data in {data.Member.Layout.DataDirectory}",
        RecoveryDataState.Damaged => data.Damage ?? "its database cannot be read",
        _ => null,
    };

    /// <summary>Where it stands.</summary>
    public static string Place(MemberData data, LogPosition position)
    {
        string revision = data.Database is { } database ? string.Create(CultureInfo.InvariantCulture, $", revision {database.CurrentRevision}") : "";
        bool isTold = (data.HasLog && position == data.Log.Last) || data.Database?.Term > 0;
        return string.Create(CultureInfo.InvariantCulture, $"term {(isTold ? position.Term : "unknown")}, index {position.Index}{revision}");
    }

    /// <summary>What is to be known of how its data can be used.</summary>
    public static string Remark(MemberData data) =>
        data.Log.Damage is { } damage ? $"; its log cannot be used: {damage}"
        : !data.HasLog ? "; it has no log to go on with"
        : data.IsLearner ? "; it follows without a vote"
        : data.IsAside ? "; an earlier attempt has put its data aside"
        : "";

    private static EtcdRecoveryCandidate Candidate(EtcdCluster cluster, MemberData data) => new()
    {
        Cluster = cluster,
        Member = data.Member.Name,
        HostName = data.Member.HostName,
        DataState = data.State,
        Term = data.HasLog ? data.Log.Last.Term : data.Database?.Term,
        Index = data.HasLog ? data.Log.Last.Index : data.Database?.ConsistentIndex,
        CommitIndex = data.HasLog ? data.Log.State.Commit : null,
        ConsistentIndex = data.Database?.ConsistentIndex,
        Revision = data.Database?.CurrentRevision,
        TotalKeys = data.Database?.TotalKeys,
        Hash = data.Database?.Hash.ToString("x8", CultureInfo.InvariantCulture),
        DbSizeBytes = data.Listing?.Database?.Size,
        LastModified = data.Listing?.Database?.Modified,
        Members = data.Database?.Members ?? [],
        IsRunning = data.IsRunning,
    };

    private static string LeftOut(ClusterRecovery? begun) => begun is { IsRebuilt: true }
        ? "waits to join again; its data is from before the repair"
        : $"joins anew: the repair goes on from {begun?.Source}";

    private static string Reason(RankedData data, RankedData best, ClusterRecovery? begun)
    {
        string what = Place(data.Data, data.Position) + Remark(data.Data);
        return data == best && begun is { IsRebuilt: false } && begun.Source == data.Name ? $"the repair that was begun goes on from it: {what}"
            : data == best ? $"furthest ahead: {what}"
            : data.Position.CompareTo(best.Position) == 0 ? $"as far as {best.Name}: {what}"
            : $"behind {best.Name}: {what}";
    }
}
