namespace EtcdAdmin.Clusters.Spec;

/// <summary>A running repair after the loss of the quorum, with the data needed to continue it.</summary>
/// <param name="Source">The member whose data the cluster is rebuilt from.</param>
/// <param name="Method"><c>ForceNewCluster</c> or <c>Restore</c>.</param>
/// <param name="Stamp">The ending of the folders that data was moved to: <c>data.before-repair-&lt;stamp&gt;</c>.</param>
/// <param name="IsRebuilt">Whether the source already serves as a one-member cluster.</param>
/// <param name="Waiting">The members that must still join it again.</param>
public sealed record ClusterRecovery(string Source, string Method, string Stamp, bool IsRebuilt, IReadOnlyList<MemberSpec> Waiting);
