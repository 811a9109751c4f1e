using System.Globalization;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Database.Wal;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>Warns of what a rebuild from one member would lose.</summary>
internal sealed class RecoveryLosses
{
    private readonly DataRanking _ranking;
    private readonly RankedData _chosen;

    /// <param name="comparable">The data of the same cluster.</param>
    /// <param name="ranking">How it compares.</param>
    /// <param name="chosen">The source.</param>
    public RecoveryLosses(IReadOnlyList<MemberData> comparable, DataRanking ranking, RankedData chosen)
    {
        _ranking = ranking;
        _chosen = chosen;
        LogPosition own = Max(chosen.Position, ranking.Furthest(chosen.Data));
        Ahead = comparable.Where(data => data != chosen.Data && ranking.Furthest(data)?.CompareTo(own) > 0)
            .OrderByDescending(ranking.Furthest)
            .FirstOrDefault();
    }

    /// <summary>The member, usable or not, that has most of what the source lacks; null where none has more.</summary>
    public MemberData? Ahead { get; }

    /// <summary>What would be lost.</summary>
    public IEnumerable<string> Describe()
    {
        MemberData chosen = _chosen.Data;
        if (Ahead is { } ahead && _ranking.Furthest(ahead) is { } position)
        {
            string trouble = ahead.IsUsable ? "" : " (its database cannot be read, its log can)";
            yield return $"Member {ahead.Member.Name} is ahead of {_chosen.Name}: {CandidateList.Place(ahead, position)}{trouble}, against {CandidateList.Place(chosen, _chosen.Position)}. "
                + $"What {_chosen.Name} lacks of it is lost to the cluster; it stays in the data that is put aside.";
        }

        if (_chosen.Method == RecoveryMethod.Restore && chosen.OnlyInLog > 0)
        {
            string other = chosen.BestMethod == RecoveryMethod.ForceNewCluster ? "; -Method ForceNewCluster keeps them" : "";
            yield return string.Create(CultureInfo.InvariantCulture,
                $"Up to {chosen.OnlyInLog} entries of member {_chosen.Name}'s log are not in its database yet, and a restore takes the database alone{other}.");
        }
        else if (_chosen.Method == RecoveryMethod.Restore && !chosen.HasLog)
        {
            yield return $"The log of member {_chosen.Name} cannot be used ({chosen.Log.Damage ?? "there is none to go on with"}), so what it had and its database has not is lost.";
        }
        else if (_chosen.Method == RecoveryMethod.ForceNewCluster && chosen.Log.TornBytes > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"The last {chosen.Log.TornBytes} bytes of member {_chosen.Name}'s log cannot be read, and etcd drops them when it starts. After a crash that is a write nobody was told of; "
                + $"if it is much more than one write, the log is damaged there, and entries that may have been acknowledged are lost.");
        }
    }

    /// <summary>What nobody can know now.</summary>
    public static IEnumerable<string> Unknown(IReadOnlyList<MemberData> all)
    {
        foreach (MemberData data in all.Where(data => data.State == RecoveryDataState.Unreadable))
        {
            yield return $"What member {data.Member.Name} has is not known: {CandidateList.Trouble(data)}. Writes that only it and other lost members had are lost to the cluster; its data is kept aside.";
        }

        foreach (MemberData data in all.Where(data => data.State == RecoveryDataState.Unreachable))
        {
            yield return $"What member {data.Member.Name} has cannot be known, since {data.Member.HostName} cannot be managed now ({data.Silence?.TrimEnd('.')}); "
                + $"writes that only it and other lost members had are lost. It is left out of the cluster. Before {data.Member.HostName} comes back, keep its old etcd "
                + $"from starting, and then add it anew: Add-EtcdMember {data.Member.HostName}.";
        }
    }

    /// <summary>Where starting members would do, without any loss.</summary>
    public static IEnumerable<string> Startable(IReadOnlyList<MemberData> comparable)
    {
        var usable = QuorumCount.Of(comparable, data => !data.IsLearner, data => data.State == RecoveryDataState.Usable);
        if (!usable.Holds) yield break;
        yield return string.Create(CultureInfo.InvariantCulture,
            $"{usable.Up} of {usable.Voters} members have data that can be read, which would be a quorum. If their etcd can be started (Start-EtcdMember), nothing is lost; repair only what cannot.");
    }

    private static LogPosition Max(LogPosition position, LogPosition? other) => other?.CompareTo(position) > 0 ? other.Value : position;
}
