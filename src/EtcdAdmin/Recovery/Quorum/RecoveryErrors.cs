using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>The errors of a cluster that cannot be rebuilt as requested.</summary>
internal static class RecoveryErrors
{
    public static EtcdException NotFound(EtcdCluster cluster, IReadOnlyList<MemberData> all, string wanted) => new(
        EtcdErrorIds.MemberNotFound, $"Cluster '{cluster.Name}' has no member '{wanted}', by name or host.")
    {
        Target = wanted,
        NextStep = $"Its members are {string.Join(", ", all.Select(data => data.Member.Name))}.",
    };

    public static EtcdException NothingLeft(EtcdCluster cluster, IReadOnlyList<MemberData> all) => new(
        EtcdErrorIds.MemberDataLost,
        $"No member of cluster '{cluster.Name}' has readable data: "
        + string.Join("; ", all.Select(data => $"{data.Member.Name}: {CandidateList.Trouble(data) ?? "its data is from before the repair"}")) + ".")
    {
        Target = cluster.Name,
        NextStep =
            "Bring back a host that still has its data, then run the command again. Only if there is none, restore a snapshot into a new cluster "
                + "(Restore-EtcdSnapshot): writes after the snapshot are then lost.",
    };

    /// <summary>The unread data could be the best, or the only data left.</summary>
    public static EtcdException Unreadable(IReadOnlyList<MemberData> hidden) => new(
        EtcdErrorIds.MemberDataUnreadable,
        "Data that may be newer than all other data could not be read: "
            + $"{string.Join("; ", hidden.Select(data => $"member {data.Member.Name} on {data.Member.HostName}: {CandidateList.Trouble(data)}"))}.")
    {
        Target = hidden[0].Member.Name,
        NextStep = "If a process has the files locked, find out what it is and stop it normally (an etcd with Stop-EtcdMember). Otherwise make the "
            + "files readable. Then run the command again. "
            + "To rebuild without this data, choose another member (-From); writes that only this data has are then lost. "
            + "If the disk is failing, copy as much of member/snap/db as possible to another disk and check the copy (Test-EtcdSnapshot). Restore "
            + "it (Restore-EtcdSnapshot) only if no other member and no snapshot has newer complete data.",
    };

    public static EtcdException Unusable(MemberData chosen) => new(
        EtcdErrorIds.MemberDataLost, $"The cluster cannot be rebuilt from member {chosen.Member.Name}: {CandidateList.Trouble(chosen)}.")
    {
        Target = chosen.Member.Name,
        NextStep = "Choose another member (-From), or omit -From to use the member with the newest usable data.",
    };

    /// <summary>Another source is not chosen silently: the source of the interrupted repair was the best.</summary>
    public static EtcdException CannotCarryOn(ClusterRecovery begun, IReadOnlyList<MemberData> all)
    {
        MemberData? source = all.FirstOrDefault(data => data.Member.Name == begun.Source);
        return new EtcdException(EtcdErrorIds.MemberDataLost,
            $"The repair began from member {begun.Source} and cannot continue from it now: "
            + $"{(source is null ? "it is no longer in the profile" : CandidateList.Trouble(source))}.")
        {
            Target = begun.Source,
            NextStep =
                "Make its data readable again. If that is impossible, choose another member (-From) to start again: its data may be older, and "
                    + "writes that it lacks are lost.",
        };
    }

    public static EtcdException NotByForce(MemberData chosen) => new(
        EtcdErrorIds.RequestRefused,
        $"etcd cannot be forced to continue with the data of member {chosen.Member.Name}{CandidateList.Remark(chosen)}.")
    {
        Target = chosen.Member.Name,
        NextStep = "Restore its database instead (-Method Restore). Entries that are only in its log are then lost.",
    };
}
