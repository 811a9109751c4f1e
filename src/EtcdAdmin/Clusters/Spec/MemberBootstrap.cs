namespace EtcdAdmin.Clusters.Spec;

/// <summary>
/// How a member first came to its cluster. etcd looks at it only while the member has no data, so it stays as it was then: members that
/// come and go later must not change the configuration of those that stay.
/// </summary>
/// <param name="InitialCluster">etcd's <c>initial-cluster</c>: all members of that moment, as <c>name=peer URL</c>, separated by commas.</param>
/// <param name="Joined">True where it was added to a cluster that was there; false where it founded it with the others.</param>
public sealed record MemberBootstrap(string InitialCluster, bool Joined);
