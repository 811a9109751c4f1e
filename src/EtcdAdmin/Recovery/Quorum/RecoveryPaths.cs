using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>Where a repair keeps what was there before.</summary>
/// <param name="Member">Whose data.</param>
/// <param name="Stamp">The time of the repair.</param>
internal sealed record RecoveryPaths(MemberSpec Member, string Stamp)
{
    /// <summary>The repair whose folders may hold a member's data now: one that was begun, and has not brought the source to serve.</summary>
    public static ClusterRecovery? Begun(EtcdCluster cluster) => cluster.RequireSpec().Recovery is { IsRebuilt: false } begun ? begun : null;

    /// <summary>The data folder's copy or new place.</summary>
    public string Data => $"{Member.Layout.DataDirectory}.before-repair-{Stamp}";

    /// <summary>The same for a log that has a folder of its own; empty where it has none.</summary>
    public string Wal => Member.WalPath is { } wal ? $"{wal}.before-repair-{Stamp}" : "";
}
