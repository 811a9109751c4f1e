using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Maintenance.Facts;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;

namespace EtcdAdmin.Maintenance.History;

/// <summary>Compacts the history of a cluster: old versions of keys are deleted, and their space can be used again.</summary>
/// <param name="context">The context.</param>
public sealed class HistoryCompactor(AdminContext context)
{
    /// <summary>Plans the compaction; reads the cluster and changes nothing.</summary>
    /// <param name="cluster">Any cluster.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>An operation. Its plan is empty where the history is shorter than what is kept.</returns>
    /// <exception cref="EtcdException">FutureRevision; QuorumAtRisk: the cluster has no quorum; NotHealthy; Corrupt: the alarm CORRUPT forbids it.</exception>
    public async Task<Operation<EtcdCompaction>> PlanAsync(EtcdCluster cluster, CompactionRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        SpaceFacts facts = await SpaceFacts.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        cluster = facts.Cluster;
        facts.Membership.RequireQuorum("Compaction");
        long current = await CompactionStep.CurrentAsync(facts, cancellationToken).ConfigureAwait(false);
        if (request.Revision > current) throw Future(cluster, request.Revision.Value, current);
        var step = new CompactionStep(context, cluster, request);
        var plan = new PlanBuilder($"Compacting the history of cluster {cluster.Name}", cluster.Name);
        if (CompactionStep.Wanted(request, current) > 0) step.AddTo(plan, current);
        return new Operation<EtcdCompaction>(
            plan.Build(), [], OperationLock.Of(context, cluster.Name, cluster.Spec?.Members ?? []),
            again => PlanAsync(cluster, request, again),
            _ => Task.FromResult(step.Done ?? new EtcdCompaction { Cluster = cluster, Revision = 0, CurrentRevision = current }));
    }

    private static EtcdException Future(EtcdCluster cluster, long revision, long current) => new(EtcdErrorIds.FutureRevision, string.Create(
        CultureInfo.InvariantCulture, $"Cluster '{cluster.Name}' is at revision {current} and has no revision {revision}. Nothing was compacted."))
    {
        Target = cluster.Name,
        NextStep = string.Create(CultureInfo.InvariantCulture, $"Name a revision up to {current}, or use -Keep with a number of revisions."),
    };
}
