using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>The source that a cluster is rebuilt from, chosen from its members' data.</summary>
/// <param name="Chosen">The source.</param>
/// <param name="Method">The method.</param>
/// <param name="Candidates">All members, the best first.</param>
/// <param name="Warnings">What would be lost, and what is not known.</param>
internal sealed record RecoveryChoice(
    MemberData Chosen, RecoveryMethod Method, IReadOnlyList<EtcdRecoveryCandidate> Candidates, IReadOnlyList<string> Warnings)
{
    /// <summary>Whether an interrupted repair continues from its source.</summary>
    public bool IsCarriedOn { get; private init; }

    /// <summary>Whether another member has entries that the source lacks.</summary>
    public bool IsBehind { get; private init; }

    /// <summary>
    /// Chooses the requested member, else the source of an interrupted repair, else the member that is furthest ahead as raft compares.
    /// </summary>
    /// <exception cref="EtcdException">
    /// MemberNotFound. MemberDataUnreadable: data that may be the best cannot be read now. MemberDataLost: no member, or not the requested
    /// member, has data to rebuild from. RequestRefused: not by this method.
    /// </exception>
    public static RecoveryChoice Make(EtcdCluster cluster, IReadOnlyList<MemberData> all, RepairClusterRequest request)
    {
        ClusterRecovery? begun = cluster.RequireSpec().Recovery;
        MemberData? named = request.From is { } from ? Named(cluster, all, from) : null;
        bool carriesOn = begun is { IsRebuilt: false } && (named is null || named.Member.Name == begun.Source);
        MemberData[] comparable = Comparable(all, begun, named);
        // Unread data may be the best. Without it, only a source that was named is used.
        MemberData[] hidden = [.. (named is null ? comparable : [named]).Where(data => data.State == RecoveryDataState.Unreadable)];
        if (hidden.Length > 0) throw RecoveryErrors.Unreadable(hidden);
        var ranking = new DataRanking(comparable);
        bool restoreBegan = carriesOn && begun!.Method == nameof(RecoveryMethod.Restore); // there is a repair to continue
        RankedData[] ranked = ranking.Rank(request.Method ?? (restoreBegan ? RecoveryMethod.Restore : null));
        RankedData chosen = named is not null ? ranked.FirstOrDefault(data => data.Data == named) ?? throw RecoveryErrors.Unusable(named)
            // CarriesOn needs begun.
            : ranked.FirstOrDefault() ?? throw (carriesOn ? RecoveryErrors.CannotCarryOn(begun!, all) : RecoveryErrors.NothingLeft(cluster, all));
        if (request.Method == RecoveryMethod.ForceNewCluster && chosen.Method != request.Method) throw RecoveryErrors.NotByForce(chosen.Data);
        // A forced source is still of the same cluster, so members ahead of it have continued without it since.
        if (carriesOn && !restoreBegan) (comparable, ranking) = ([.. all], new DataRanking(all));
        var losses = new RecoveryLosses(comparable, ranking, chosen);
        return new RecoveryChoice(
            chosen.Data,
            chosen.Method,
            CandidateList.Describe(cluster, all, ranked, chosen),
            [.. losses.Describe(), .. RecoveryLosses.Unknown(all), .. carriesOn ? [] : RecoveryLosses.Startable(comparable)])
        {
            IsCarriedOn = carriesOn,
            IsBehind = losses.Ahead is not null,
        };
    }

    /// <summary>The candidates, the best first; none is chosen if none can be used.</summary>
    public static IReadOnlyList<EtcdRecoveryCandidate> List(EtcdCluster cluster, IReadOnlyList<MemberData> all)
    {
        RankedData[] ranked = new DataRanking(Comparable(all, cluster.RequireSpec().Recovery, named: null)).Rank(wanted: null);
        return CandidateList.Describe(cluster, all, ranked, ranked.FirstOrDefault());
    }

    /// <summary>
    /// The members to choose from. An interrupted repair may have made its source another cluster, whose indexes start again, and members that
    /// wait to join a rebuilt cluster have data from before the repair.
    /// </summary>
    private static MemberData[] Comparable(IReadOnlyList<MemberData> all, ClusterRecovery? begun, MemberData? named) => begun switch
    {
        { IsRebuilt: false } when named is null || named.Member.Name == begun.Source => [.. all.Where(data => data.Member.Name == begun.Source)],
        { IsRebuilt: true } => [.. all.Where(data => data == named || begun.Waiting.All(waiting => waiting.Name != data.Member.Name))],
        _ => [.. all],
    };

    private static MemberData Named(EtcdCluster cluster, IReadOnlyList<MemberData> all, string wanted) =>
        all.FirstOrDefault(data => data.Member.Name == wanted) ?? all.FirstOrDefault(data => data.Member.HostName == wanted)
        ?? throw RecoveryErrors.NotFound(cluster, all, wanted);
}
