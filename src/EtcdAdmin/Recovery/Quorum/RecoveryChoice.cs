using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>What a cluster is rebuilt from, chosen from its members' data.</summary>
/// <param name="Chosen">The source.</param>
/// <param name="Method">How it is rebuilt.</param>
/// <param name="Candidates">All members, the best first.</param>
/// <param name="Warnings">What would be lost, and what is not known.</param>
internal sealed record RecoveryChoice(
    MemberData Chosen, RecoveryMethod Method, IReadOnlyList<EtcdRecoveryCandidate> Candidates, IReadOnlyList<string> Warnings)
{
    /// <summary>Whether a repair that was begun before goes on from its source.</summary>
    public bool IsCarriedOn { get; private init; }

    /// <summary>Whether another member has entries that the source lacks.</summary>
    public bool IsBehind { get; private init; }

    /// <summary>Chooses the source of a repair that was begun, else the member that is furthest ahead as raft compares; or the one that is asked for.</summary>
    /// <exception cref="EtcdException">
    /// MemberNotFound; MemberDataUnreadable: data that may be the best cannot be read now; MemberDataLost: no member, or not the one that it is to be, has data to rebuild from; RequestRefused: not by this method.
    /// </exception>
    public static RecoveryChoice Make(EtcdCluster cluster, IReadOnlyList<MemberData> all, RepairClusterRequest request)
    {
        ClusterRecovery? begun = cluster.RequireSpec().Recovery;
        MemberData? named = request.From is { } from ? Named(cluster, all, from) : null;
        bool carriesOn = begun is { IsRebuilt: false } && (named is null || named.Member.Name == begun.Source);
        MemberData[] comparable = Comparable(all, begun, named);
        // What nobody has read is neither behind nor damaged: without it, only what is chosen by name is taken.
        MemberData[] hidden = [.. (named is null ? comparable : [named]).Where(data => data.State == RecoveryDataState.Unreadable)];
        if (hidden.Length > 0) throw RecoveryErrors.Unreadable(hidden);
        var ranking = new DataRanking(comparable);
        bool restoreBegan = carriesOn && begun!.Method == nameof(RecoveryMethod.Restore); // there, to be carried on
        RankedData[] ranked = ranking.Rank(request.Method ?? (restoreBegan ? RecoveryMethod.Restore : null));
        RankedData chosen = named is not null ? ranked.FirstOrDefault(data => data.Data == named) ?? throw RecoveryErrors.Unusable(named)
            : ranked.FirstOrDefault() ?? throw (carriesOn ? RecoveryErrors.CannotCarryOn(begun!, all) : RecoveryErrors.NothingLeft(cluster, all)); // as above
        if (request.Method == RecoveryMethod.ForceNewCluster && chosen.Method != request.Method) throw RecoveryErrors.NotByForce(chosen.Data);
        // A forced source is still of the same cluster: who is ahead of it has gone on without it since.
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

    /// <summary>The candidates, best first; none is chosen where none can be used.</summary>
    public static IReadOnlyList<EtcdRecoveryCandidate> List(EtcdCluster cluster, IReadOnlyList<MemberData> all)
    {
        RankedData[] ranked = new DataRanking(Comparable(all, cluster.RequireSpec().Recovery, named: null)).Rank(wanted: null);
        return CandidateList.Describe(cluster, all, ranked, ranked.FirstOrDefault());
    }

    /// <summary>
    /// Those to choose from. A source that was begun with may have become another cluster, whose entries count from anew, and members that
    /// wait to join a rebuilt one have what the cluster had before.
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
