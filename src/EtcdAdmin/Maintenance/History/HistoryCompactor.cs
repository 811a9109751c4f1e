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
    /// <exception cref="EtcdException">FutureRevision; QuorumAtRisk: the cluster has no quorum; NotHealthy; Corrupt: the alarm CORRUPT forbids it.
    /// With an age: InvalidArgument: also a revision or a number, or the age is not positive; RevisionNotFound: no revision of that time was
    /// recorded; SnapshotNotFound, SnapshotUnreadable, ProfileInvalid: the records cannot be read.</exception>
    public Task<Operation<EtcdCompaction>> PlanAsync(EtcdCluster cluster, CompactionRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        if (request.OlderThan is not { } age) return PlanAsync(cluster, request, null, cancellationToken);
        if (age <= TimeSpan.Zero || request.Revision is not null || request.Keep is not null)
        {
            throw new EtcdException(EtcdErrorIds.InvalidArgument, "An age must be more than 0, and cannot be combined with a revision or a number.")
            {
                Target = cluster.Name,
            };
        }

        return PlanAsync(cluster, request, context.Clock.GetUtcNow() - age, cancellationToken);
    }

    // With the time fixed, a second plan finds the same revision, even if more was recorded meanwhile.
    private async Task<Operation<EtcdCompaction>> PlanAsync(
        EtcdCluster cluster, CompactionRequest request, DateTimeOffset? time, CancellationToken cancellationToken)
    {
        SpaceFacts facts = await SpaceFacts.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        cluster = facts.Cluster;
        facts.Membership.RequireQuorum("Compaction");
        long current = await CompactionStep.CurrentAsync(facts, cancellationToken).ConfigureAwait(false);
        RevisionPoint? found = time is null ? null : await new RevisionAtTime(context, cluster, facts.Membership.Health.ClusterId, current)
            .FindAsync(time.Value, request.SnapshotFolder, cancellationToken).ConfigureAwait(false);
        if (found is not null) request = request with { Revision = found.Revision, Found = found };
        if (request.Revision > current) throw Future(cluster, request.Revision.Value, current);
        var step = new CompactionStep(context, cluster, request);
        var plan = new PlanBuilder($"Compacting the history of cluster {cluster.Name}", cluster.Name);
        if (CompactionStep.Wanted(request, current) > 0) step.AddTo(plan, current);
        return new Operation<EtcdCompaction>(
            plan.Build(), [], OperationLock.Of(context, cluster.Name, cluster.Spec?.Members ?? []),
            again => PlanAsync(cluster, request, time, again),
            _ => Task.FromResult((step.Done ?? new EtcdCompaction { Cluster = cluster, Revision = 0, CurrentRevision = current }) with
            {
                RevisionTime = found?.Time,
                RevisionSource = found?.Source,
            }));
    }

    private static EtcdException Future(EtcdCluster cluster, long revision, long current) => new(EtcdErrorIds.FutureRevision, string.Create(
        CultureInfo.InvariantCulture, $"Cluster '{cluster.Name}' is at revision {current} and has no revision {revision}. Nothing was compacted."))
    {
        Target = cluster.Name,
        NextStep = string.Create(CultureInfo.InvariantCulture, $"Name a revision up to {current}, or use -Keep with a number of revisions."),
    };
}
