namespace EtcdAdmin.Clusters.Spec;

/// <summary>A repair after the loss of the quorum that is under way: what carrying it on needs to know.</summary>
/// <param name="Source">The member whose data the cluster is rebuilt from.</param>
/// <param name="Method"><c>ForceNewCluster</c> or <c>Restore</c>.</param>
/// <param name="Stamp">Marks the folders that data was moved to: <c>data.before-repair-&lt;stamp&gt;</c>.</param>
/// <param name="IsRebuilt">Whether the source serves as a cluster of its own by now.</param>
/// <param name="Waiting">The members that are still to join it again.</param>
public sealed record ClusterRecovery(string Source, string Method, string Stamp, bool IsRebuilt, IReadOnlyList<MemberSpec> Waiting);
