using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Maintenance.Facts;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;

namespace EtcdAdmin.Maintenance.Defragmentation;

/// <summary>Defragments members: their databases release free space to the disk. One member at a time, the leader last.</summary>
/// <param name="context">The context.</param>
public sealed class MemberOptimizer(AdminContext context)
{
    /// <summary>Plans the defragmentation; reads the members and changes nothing.</summary>
    /// <param name="cluster">Any cluster.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>An operation. Its plan is empty where no member would gain enough.</returns>
    /// <exception cref="EtcdException">MemberNotFound; NotHealthy: a member does not serve; QuorumAtRisk: only -AllowLeader can do it;
    /// DiskFull.</exception>
    /// <exception cref="AggregateException">Full disks of several members.</exception>
    public async Task<Operation<IReadOnlyList<EtcdDefragmentation>>> PlanAsync(
        EtcdCluster cluster, DefragmentRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        SpaceFacts facts = await SpaceFacts.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        cluster = facts.Cluster;
        var steps = new DefragmentSteps(context, cluster, request);
        var worthIt = new List<MemberSpace>();
        foreach (MemberSpace member in facts.Choose(request.Members))
        {
            if (DefragmentGuard.ReasonToSkip(request, member) is { } reason && member.Health.Serves) steps.Skip(member, reason);
            else worthIt.Add(member);
        }

        var plan = new PlanBuilder($"Defragmenting members of cluster {cluster.Name}", cluster.Name);
        if (worthIt.Count > 0)
        {
            facts.RequireAll("Defragmentation");
            RequireRoom(worthIt, request.ReserveBytes);
            steps.Start(facts);
            steps.AddTo(plan, facts, worthIt);
        }

        return new Operation<IReadOnlyList<EtcdDefragmentation>>(
            plan.Build(),
            [.. worthIt.Where(member => member.Disk is null).Select(DefragmentGuard.UnknownRoom)],
            OperationLock.Of(context, cluster.Name, cluster.Spec?.Members ?? []),
            again => PlanAsync(cluster, request, again),
            _ => Task.FromResult(steps.Done));
    }

    private static void RequireRoom(IEnumerable<MemberSpace> members, long reserveBytes)
    {
        var full = new List<EtcdException>();
        foreach (MemberSpace member in members)
        {
            try
            {
                DefragmentGuard.RequireRoom(member, reserveBytes);
            }
            catch (EtcdException e)
            {
                full.Add(e);
            }
        }

        if (full.Count == 1) throw full[0];
        if (full.Count > 1) throw new AggregateException(full);
    }
}
