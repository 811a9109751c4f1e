using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;

namespace EtcdAdmin.Monitoring.TextFiles;

/// <summary>What is known about the health of a cluster.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Health">The result of a health check.</param>
/// <param name="Checked">When it was checked.</param>
/// <param name="LastSnapshot">When its newest snapshot was taken; null if that is not known.</param>
public sealed record HealthFacts(EtcdCluster Cluster, ClusterHealth Health, DateTimeOffset Checked, DateTimeOffset? LastSnapshot);
