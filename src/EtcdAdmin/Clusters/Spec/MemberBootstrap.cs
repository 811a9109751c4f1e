namespace EtcdAdmin.Clusters.Spec;

/// <summary>How a member joined its cluster. etcd reads it only while the member has no data, so it is never changed: later changes of members must
/// not change the configuration of existing members.</summary>
/// <param name="InitialCluster">etcd's <c>initial-cluster</c>: all members at that time, as <c>name=peer URL</c>, separated by commas.</param>
/// <param name="Joined">True if it was added to an existing cluster; false if it created the cluster with the others.</param>
public sealed record MemberBootstrap(string InitialCluster, bool Joined);
