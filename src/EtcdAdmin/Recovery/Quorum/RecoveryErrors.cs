using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>Why a cluster cannot be rebuilt as asked.</summary>
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
        $"No member of cluster '{cluster.Name}' has data that could be read: "
        + string.Join("; ", all.Select(data => $"{data.Member.Name}: {CandidateList.Trouble(data) ?? "its data is from before the repair"}")) + ".")
    {
        Target = cluster.Name,
        NextStep = "Restore a snapshot into a new cluster (Restore-EtcdSnapshot), or bring a host back that still has its data.",
    };

    /// <summary>It could be the best, or all that is left, once it can be read.</summary>
    public static EtcdException Unreadable(IReadOnlyList<MemberData> hidden) => new(
        EtcdErrorIds.MemberDataUnreadable,
        $"What the cluster could be rebuilt from is not known: {string.Join("; ", hidden.Select(data => $"member {data.Member.Name} on {data.Member.HostName}: {CandidateList.Trouble(data)}"))}.")
    {
        Target = hidden[0].Member.Name,
        NextStep = "End the process that has it locked, or make the files readable, and run the command again. To rebuild without it, choose another member (-From). "
            + "If the disk is failing, copy member/snap/db from it as far as it goes and restore that file (Restore-EtcdSnapshot).",
    };

    public static EtcdException Unusable(MemberData chosen) => new(
        EtcdErrorIds.MemberDataLost, $"The cluster cannot be rebuilt from member {chosen.Member.Name}: {CandidateList.Trouble(chosen)}.")
    {
        Target = chosen.Member.Name,
        NextStep = "Choose another one (-From), or none: the best is found.",
    };

    /// <summary>Another source is not taken silently: the one that was begun with was the best.</summary>
    public static EtcdException CannotCarryOn(ClusterRecovery begun, IReadOnlyList<MemberData> all)
    {
        MemberData? source = all.FirstOrDefault(data => data.Member.Name == begun.Source);
        return new EtcdException(EtcdErrorIds.MemberDataLost,
            $"The repair was begun from member {begun.Source}, and cannot go on from it now: "
            + $"{(source is null ? "it is no longer in the profile" : CandidateList.Trouble(source))}.")
        {
            Target = begun.Source,
            NextStep = "See that its data can be read again, or choose another member to begin anew from (-From), whose data may be older.",
        };
    }

    public static EtcdException NotByForce(MemberData chosen) => new(
        EtcdErrorIds.RequestRefused,
        $"etcd cannot be forced to go on with the data of member {chosen.Member.Name}{CandidateList.Remark(chosen)}.")
    {
        Target = chosen.Member.Name,
        NextStep = "Let its database be restored (-Method Restore).",
    };
}
