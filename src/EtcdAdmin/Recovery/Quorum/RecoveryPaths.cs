using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>Where a repair keeps old data.</summary>
/// <param name="Member">The member.</param>
/// <param name="Stamp">The time of the repair.</param>
internal sealed record RecoveryPaths(MemberSpec Member, string Stamp)
{
    /// <summary>The interrupted repair whose folders may hold a member's data now, because the source did not serve yet; null for none.</summary>
    public static ClusterRecovery? Begun(EtcdCluster cluster) => cluster.RequireSpec().Recovery is { IsRebuilt: false } begun ? begun : null;

    /// <summary>The data folder's copy or new place.</summary>
    public string Data => $"{Member.Layout.DataDirectory}.before-repair-{Stamp}";

    /// <summary>The same for a log with a folder of its own; empty if it has none.</summary>
    public string Wal => Member.WalPath is { } wal ? $"{wal}.before-repair-{Stamp}" : "";
}
