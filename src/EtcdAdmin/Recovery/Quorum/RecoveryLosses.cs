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
    /// <param name="ranking">The ranking of this data.</param>
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

    /// <summary>The member, usable or not, that has the most entries that the source lacks; null if no member has more.</summary>
    public MemberData? Ahead { get; }

    /// <summary>What would be lost.</summary>
    public IEnumerable<string> Describe()
    {
        MemberData chosen = _chosen.Data;
        if (Ahead is { } ahead && _ranking.Furthest(ahead) is { } position)
        {
            string trouble = ahead.IsUsable ? "" : " (its database cannot be read, its log can)";
            yield return $"Member {ahead.Member.Name} is ahead of {_chosen.Name}: {CandidateList.Place(ahead, position)}{trouble}, against "
                + $"{CandidateList.Place(chosen, _chosen.Position)}. "
                + $"The cluster loses the entries that {_chosen.Name} lacks; they are kept only in the data that is moved aside. To keep them in "
                + $"the cluster, choose the member that is ahead (-From), if its data can be used.";
        }

        if (_chosen.Method == RecoveryMethod.Restore && chosen.OnlyInLog > 0)
        {
            string other = chosen.BestMethod == RecoveryMethod.ForceNewCluster ? "; -Method ForceNewCluster keeps them" : "";
            yield return string.Create(CultureInfo.InvariantCulture,
                $"Up to {chosen.OnlyInLog} entries of member {_chosen.Name}'s log are not in its database yet, "
                    + $"and a restore uses only the database{other}.");
        }
        else if (_chosen.Method == RecoveryMethod.Restore && !chosen.HasLog)
        {
            yield return $"The log of member {_chosen.Name} cannot be used ({chosen.Log.Damage ?? "there is no log to continue from"}), "
                + "so entries that are only in the log are lost.";
        }
        else if (_chosen.Method == RecoveryMethod.ForceNewCluster && chosen.Log.TornBytes > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"The last {chosen.Log.TornBytes} bytes of member {_chosen.Name}'s log cannot be read, and etcd drops them when it starts. "
                    + $"After a crash, this is usually a write that was never acknowledged. "
                + $"If it is much more than one write (by default at most 1.5 MiB), the log is damaged there, and entries that may have been "
                + $"acknowledged are lost: compare the other members before you continue (-From).");
        }
    }

    /// <summary>Data that is not known now.</summary>
    public static IEnumerable<string> Unknown(IReadOnlyList<MemberData> all)
    {
        foreach (MemberData data in all.Where(data => data.State == RecoveryDataState.Unreadable))
        {
            yield return $"The data of member {data.Member.Name} could not be read, so it may be newer than the data used here: "
                + $"{CandidateList.Trouble(data)}. "
                + "The cluster loses writes that only this member and other lost members had. Its data is kept.";
        }

        foreach (MemberData data in all.Where(data => data.State == RecoveryDataState.Unreachable))
        {
            yield return $"The data of member {data.Member.Name} is not known, because {data.Member.HostName} cannot be managed now "
                + $"({data.Silence?.TrimEnd('.')}). "
                + "Writes that only this member and other lost members had are lost. The member is removed from the cluster. "
                + $"Before {data.Member.HostName} comes back, prevent its old etcd "
                + $"from starting, then add the member again: Add-EtcdMember {data.Member.HostName}.";
        }
    }

    /// <summary>Warns if starting members would restore the quorum without any loss.</summary>
    public static IEnumerable<string> Startable(IReadOnlyList<MemberData> comparable)
    {
        var usable = QuorumCount.Of(comparable, data => !data.IsLearner, data => data.State == RecoveryDataState.Usable);
        if (!usable.Holds) yield break;
        yield return string.Create(CultureInfo.InvariantCulture,
            $"{usable.Up} of {usable.Voters} members have readable data, which would be a quorum. "
                + $"Try to start their etcd before you rebuild (Start-EtcdMember): if a quorum starts, nothing is lost. Then re-create only the "
                + $"members that cannot start (Repair-EtcdMember).");
    }

    private static LogPosition Max(LogPosition position, LogPosition? other) => other?.CompareTo(position) > 0 ? other.Value : position;
}
