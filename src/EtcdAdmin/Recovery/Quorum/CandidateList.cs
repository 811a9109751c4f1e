using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Database.Wal;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>Lists what data each member has, and the reasons for or against rebuilding from it.</summary>
internal static class CandidateList
{
    /// <summary>All members: members with usable data first, the best first.</summary>
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
            .. all.Except(ranked.Select(data => data.Data)).Select(data =>
                Candidate(cluster, data) with { Reason = Trouble(data) ?? LeftOut(begun) }),
        ];
    }

    /// <summary>Why a cluster cannot be rebuilt from a member's data; null if it can.</summary>
    public static string? Trouble(MemberData data) => data.State switch
    {
        RecoveryDataState.Unreachable => $"its data is not known: {data.Silence}",
        RecoveryDataState.Unreadable => $"its data cannot be read now: {data.Obstacle?.TrimEnd('.')}",
        RecoveryDataState.Missing => $"no data in {data.Member.Layout.DataDirectory}",
        RecoveryDataState.Damaged => data.Damage ?? "its database cannot be read",
        _ => null,
    };

    /// <summary>How far its data goes.</summary>
    public static string Place(MemberData data, LogPosition position)
    {
        string revision = data.Database is { } database ? string.Create(CultureInfo.InvariantCulture, $", revision {database.CurrentRevision}") : "";
        bool isKnown = (data.HasLog && position == data.Log.Last) || data.Database?.Term > 0;
        return string.Create(CultureInfo.InvariantCulture, $"term {(isKnown ? position.Term : "unknown")}, index {position.Index}{revision}");
    }

    /// <summary>What limits the use of its data.</summary>
    public static string Remark(MemberData data) =>
        data.Log.Damage is { } damage ? $"; its log cannot be used: {damage}"
        : !data.HasLog ? "; it has no log to continue from"
        : data.IsLearner ? "; it is a learner"
        : data.IsAside ? "; an earlier attempt moved its data aside"
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
        : $"joins again empty: the repair continues from {begun?.Source}";

    private static string Reason(RankedData data, RankedData best, ClusterRecovery? begun)
    {
        string what = Place(data.Data, data.Position) + Remark(data.Data);
        return data == best && begun is { IsRebuilt: false } && begun.Source == data.Name ? $"the interrupted repair continues from it: {what}"
            : data == best ? $"furthest ahead: {what}"
            : data.Position.CompareTo(best.Position) == 0 ? $"level with {best.Name}: {what}"
            : $"behind {best.Name}: {what}";
    }
}
