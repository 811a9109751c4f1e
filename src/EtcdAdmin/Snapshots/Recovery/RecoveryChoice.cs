using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Snapshots.Wal;

namespace EtcdAdmin.Snapshots;

/// <summary>Ranks the members' data and chooses what a cluster is rebuilt from.</summary>
/// <param name="Chosen">The source.</param>
/// <param name="Method">How it is rebuilt.</param>
/// <param name="Candidates">All members, the best first.</param>
/// <param name="Warnings">What would be lost, and what is not known.</param>
internal sealed record RecoveryChoice(
    MemberData Chosen, RecoveryMethod Method, IReadOnlyList<EtcdRecoveryCandidate> Candidates, IReadOnlyList<string> Warnings)
{
    /// <summary>Chooses the member that is furthest ahead as raft compares, or the one that is asked for.</summary>
    /// <exception cref="EtcdException">MemberNotFound; MemberDataLost: no member, or not the one asked for, has data to rebuild from; InvalidRequest: not by this method.</exception>
    public static RecoveryChoice Make(EtcdCluster cluster, IReadOnlyList<MemberData> all, RepairClusterRequest request, ClusterRecovery? begun)
    {
        MemberData[] ranked = Rank(all);
        MemberData chosen = request.From is { } from ? Named(cluster, all, from)
            : ranked.FirstOrDefault(data => data.Member.Name == begun?.Source) ?? ranked.FirstOrDefault() ?? throw NothingLeft(cluster, all);
        if (!ranked.Contains(chosen)) throw Unusable(chosen);
        RecoveryMethod method = request.Method ?? chosen.BestMethod;
        if (method == RecoveryMethod.ForceNewCluster && chosen.BestMethod != method) throw NotByForce(chosen);
        return new RecoveryChoice(
            chosen, method, Describe(cluster, all, ranked, chosen), [.. Losses(ranked, chosen, method), .. Unknown(all), .. Startable(all)]);
    }

    /// <summary>The candidates, best first; none is chosen where none can be used.</summary>
    public static IReadOnlyList<EtcdRecoveryCandidate> List(EtcdCluster cluster, IReadOnlyList<MemberData> all)
    {
        MemberData[] ranked = Rank(all);
        return Describe(cluster, all, ranked, ranked.FirstOrDefault());
    }

    private static MemberData[] Rank(IReadOnlyList<MemberData> all) =>
    [
        .. all.Where(data => data.State is RecoveryDataState.Usable or RecoveryDataState.DatabaseOnly)
            .OrderByDescending(data => data.Position)
            .ThenByDescending(data => data.Database!.CurrentRevision) // usable data has a database
            .ThenBy(data => data.BestMethod)
            .ThenBy(data => data.Member.Name, StringComparer.Ordinal),
    ];

    private static IReadOnlyList<EtcdRecoveryCandidate> Describe(
        EtcdCluster cluster, IReadOnlyList<MemberData> all, MemberData[] ranked, MemberData? chosen) =>
    [
        .. ranked.Concat(all.Except(ranked)).Select(data => new EtcdRecoveryCandidate
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
            Rank = Array.IndexOf(ranked, data) is >= 0 and var place ? place + 1 : null,
            IsChosen = data == chosen,
            Reason = Reason(data, ranked),
        }),
    ];

    private static string Reason(MemberData data, MemberData[] ranked) => data.State switch
    {
        RecoveryDataState.Unreachable => $"what it has is not known: {data.Silence}",
        RecoveryDataState.Missing => $"no data in {data.Member.Layout.DataDirectory}",
        RecoveryDataState.Damaged => data.Damage ?? "its database cannot be read",
        _ when data == ranked[0] => $"furthest ahead: {Place(data)}{Remark(data)}",
        _ when data.Position.CompareTo(ranked[0].Position) == 0 => $"as far as {ranked[0].Member.Name}: {Place(data)}{Remark(data)}",
        _ => $"behind {ranked[0].Member.Name}: {Place(data)}{Remark(data)}",
    };

    private static string Remark(MemberData data) =>
        data.Log.Damage is { } damage ? $"; its log cannot be used: {damage}"
        : !data.HasLog ? "; it has no log to go on with"
        : data.IsLearner ? "; it follows without a vote"
        : "";

    private static string Place(MemberData data)
    {
        LogPosition position = data.Position;
        return string.Create(CultureInfo.InvariantCulture,
            $"term {(position.Term == 0 ? "unknown" : position.Term)}, index {position.Index}, revision {data.Database!.CurrentRevision}"); // usable data has one
    }

    private static IEnumerable<string> Losses(MemberData[] ranked, MemberData chosen, RecoveryMethod method)
    {
        MemberData best = ranked[0];
        if (best.Position.CompareTo(chosen.Position) > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"Member {best.Member.Name} is ahead of {chosen.Member.Name}: {Place(best)}, against {Place(chosen)}. What {chosen.Member.Name} lacks of it is lost to the cluster; it stays in the data that is put aside.");
        }

        if (method == RecoveryMethod.Restore && chosen.OnlyInLog > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"Up to {chosen.OnlyInLog} entries of member {chosen.Member.Name}'s log are not in its database yet, and a restore takes the database alone; -Method ForceNewCluster keeps them.");
        }
        else if (method == RecoveryMethod.Restore && !chosen.HasLog)
        {
            yield return $"The log of member {chosen.Member.Name} cannot be used ({chosen.Log.Damage ?? "there is none to go on with"}), so what it had and its database has not is lost.";
        }
    }

    private static IEnumerable<string> Unknown(IReadOnlyList<MemberData> all)
    {
        foreach (MemberData data in all.Where(data => data.State == RecoveryDataState.Unreachable))
        {
            yield return $"What member {data.Member.Name} has cannot be known, since {data.Member.HostName} cannot be managed now ({data.Silence?.TrimEnd('.')}); "
                + $"writes that only it and other lost members had are lost. It is left out of the cluster. Before {data.Member.HostName} comes back, keep its old etcd "
                + $"from starting, and then add it anew: Add-EtcdMember {data.Member.HostName}.";
        }
    }

    private static IEnumerable<string> Startable(IReadOnlyList<MemberData> all)
    {
        int usable = all.Count(data => data is { State: RecoveryDataState.Usable, IsLearner: false });
        int voters = all.Count(data => !data.IsLearner);
        if (usable < (voters / 2) + 1) yield break;
        yield return string.Create(CultureInfo.InvariantCulture,
            $"{usable} of {voters} members have data that can be read, which would be a quorum. If their etcd can be started (Start-EtcdMember), nothing is lost; repair only what cannot.");
    }

    private static MemberData Named(EtcdCluster cluster, IReadOnlyList<MemberData> all, string wanted) =>
        all.FirstOrDefault(data => data.Member.Name == wanted) ?? all.FirstOrDefault(data => data.Member.HostName == wanted)
        ?? throw new EtcdException(EtcdErrorIds.MemberNotFound, EtcdErrorKind.NotFound, $"Cluster '{cluster.Name}' has no member '{wanted}', by name or host.")
        {
            Target = wanted,
            NextStep = $"Its members are {string.Join(", ", all.Select(data => data.Member.Name))}.",
        };

    private static EtcdException NothingLeft(EtcdCluster cluster, IReadOnlyList<MemberData> all) => new(
        EtcdErrorIds.MemberDataLost, EtcdErrorKind.InvalidData,
        $"No member of cluster '{cluster.Name}' has data that could be read: {string.Join("; ", all.Select(data => $"{data.Member.Name}: {Reason(data, [])}"))}.")
    {
        Target = cluster.Name,
        NextStep = "Restore a snapshot into a new cluster (Restore-EtcdSnapshot), or bring a host back that still has its data.",
    };

    private static EtcdException Unusable(MemberData chosen) => new(
        EtcdErrorIds.MemberDataLost, EtcdErrorKind.InvalidData,
        $"The cluster cannot be rebuilt from member {chosen.Member.Name}: {Reason(chosen, [])}.")
    {
        Target = chosen.Member.Name,
        NextStep = "Choose another one (-From), or none: the best is found.",
    };

    private static EtcdException NotByForce(MemberData chosen) => new(
        EtcdErrorIds.InvalidRequest, EtcdErrorKind.InvalidOperation,
        $"etcd cannot be forced to go on with the data of member {chosen.Member.Name}{Remark(chosen)}.")
    {
        Target = chosen.Member.Name,
        NextStep = "Let its database be restored (-Method Restore).",
    };
}
