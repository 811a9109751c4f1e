using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Ownership;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>
/// Rebuilds a cluster that has lost its quorum for good, from the data of the member that is furthest ahead. The other members then join again
/// empty. All old data is kept.
/// </summary>
/// <param name="context">The environment.</param>
public sealed class ClusterRepairer(AdminContext context)
{
    private static readonly HealthOptions Options = new() { Timeout = TimeSpan.FromSeconds(3), ComparesProfile = false };

    /// <summary>Reads the data of all members and ranks it; changes nothing.</summary>
    /// <param name="cluster">A managed cluster, running or not.</param>
    /// <param name="events">Receives which data is being read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The best member first; members without usable data last.</returns>
    /// <exception cref="EtcdException">ClusterNotManaged, ClusterNotFound.</exception>
    public async Task<IReadOnlyList<EtcdRecoveryCandidate>> ListAsync(
        EtcdCluster cluster, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        cluster = await context.Profiles.AsSavedAsync(cluster, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<MemberData> all = await new MemberDataReader(context)
            .ReadAsync(AllMembers(cluster), RecoveryPaths.Begun(cluster), events, cancellationToken).ConfigureAwait(false);
        return RecoveryChoice.List(cluster, all);
    }

    /// <summary>Reads the data of all members, chooses a source, and plans the repair; changes nothing.</summary>
    /// <param name="cluster">A managed cluster without quorum, or one with an interrupted repair.</param>
    /// <param name="request">The request.</param>
    /// <param name="events">Receives which data is being read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EtcdException">
    /// QuorumExists: it has a quorum. QuorumAtRisk: it may have one, or members run that cannot be stopped from here. MemberDataLost,
    /// MemberDataUnreadable, MemberNotFound, RequestRefused: there is no data to rebuild from, or not as requested. DataTooNew: the installed
    /// etcd cannot open the data. DiskFull, PackageNotFound, SpecInvalid, ClusterNotManaged, ClusterNotFound, and other errors of a host.
    /// </exception>
    /// <exception cref="AggregateException">Several problems on the hosts.</exception>
    public Task<Operation<EtcdCluster>> PlanAsync(
        EtcdCluster cluster, RepairClusterRequest request, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        return PlanAsync(cluster, request, new MemberDataReader(context), events, cancellationToken);
    }

    private async Task<Operation<EtcdCluster>> PlanAsync(
        EtcdCluster cluster, RepairClusterRequest request, MemberDataReader reader, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        cluster = await context.Profiles.AsSavedAsync(cluster, cancellationToken).ConfigureAwait(false);
        ClusterSpec spec = cluster.RequireSpec();
        cluster.RequireConverted();
        if (spec is not { Installed: true, Version: { } version }) throw cluster.NotInstalled();
        await new OwnershipReader(context).RequireOursWhereReachedAsync(cluster, AllMembers(cluster), cancellationToken).ConfigureAwait(false);
        ClusterHealth health = await new HealthChecker(context).CheckAsync(cluster, Options, cancellationToken).ConfigureAwait(false);
        bool hasQuorum = health.Members.Any(member => member.HasQuorum == true);
        var guard = new RecoveryGuard(cluster, health);
        RecoveryPlan plan;
        if (hasQuorum && spec.Recovery is { IsRebuilt: true })
        {
            plan = await new RecoveryPlanner(context, cluster, request).RejoinAsync(cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await guard.RequireNoQuorumAsync(context.Clock, cancellationToken).ConfigureAwait(false);
            IReadOnlyList<MemberData> all = await reader.ReadAsync(AllMembers(cluster), RecoveryPaths.Begun(cluster), events, cancellationToken)
                .ConfigureAwait(false);
            guard.RequireStopped(all);
            RecoveryChoice choice = RecoveryChoice.Make(cluster, all, request);
            RecoveryGuard.RequireVersion(choice, version);
            RecoveryGuard.RequireSpace(choice);
            plan = await new RecoveryPlanner(context, cluster, request).RebuildAsync(choice, all, reader, cancellationToken).ConfigureAwait(false);
        }

        return new Operation<EtcdCluster>(
            plan.Plan,
            plan.Warnings,
            OperationLock.Of(context, cluster.Name, AllMembers(cluster)),
            again => PlanAsync(cluster, request, reader, events: null, again),
            load => context.Profiles.LoadAsync(cluster.Name, load));
    }

    private static MemberSpec[] AllMembers(EtcdCluster cluster)
    {
        ClusterSpec spec = cluster.RequireSpec();
        return [.. spec.Members.Concat(spec.Recovery?.Waiting ?? []).DistinctBy(member => member.Name)];
    }
}
