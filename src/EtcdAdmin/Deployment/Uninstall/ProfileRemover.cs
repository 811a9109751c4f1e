using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Monitors;

namespace EtcdAdmin.Deployment.Uninstall;

/// <summary>Removes the profile of a cluster from this machine, and its health monitor. The cluster and its hosts are not changed.</summary>
/// <param name="context">The context.</param>
public sealed class ProfileRemover(AdminContext context)
{
    /// <summary>Plans the removal.</summary>
    /// <param name="cluster">A saved cluster.</param>
    /// <param name="force">Removes the profile of a cluster that EtcdAdmin installed, too.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EtcdException">ClusterNotFound: it is not saved. NotSupported: EtcdAdmin installed it, or some of its members.</exception>
    public async Task<Operation<EtcdCluster>> PlanAsync(EtcdCluster cluster, bool force, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        if (!context.Profiles.Exists(cluster.Name)) throw NotSaved(cluster);
        // A profile that cannot be read completely counts as one of EtcdAdmin's: nobody can tell what would be lost.
        bool isOurs = cluster.IsManaged && cluster.Spec?.Members.All(member => member.Adopted is not null) != true;
        if (isOurs && !force) throw Ours(cluster);
        var plan = new PlanBuilder($"Removing the profile of cluster {cluster.Name}", cluster.Name);
        string text = isOurs
            ? $"Delete the profile of cluster {cluster.Name} with its certificate authority and private keys; its hosts are not changed"
            : $"Delete the profile of cluster {cluster.Name} with its client certificate and key; the cluster is not changed";
        await new MonitorRemoval(context).AddAllAsync(plan, cluster.Name, cancellationToken).ConfigureAwait(false);
        plan.NextStage().Add(
            StepText.Here(StepKind.RemoveProfile, text) with { Detail = isOurs ? "authority" : "" },
            (_, _) =>
            {
                context.Profiles.Remove(cluster.Name);
                return Task.CompletedTask;
            });
        return new Operation<EtcdCluster>(
            plan.Build(),
            [],
            OperationLock.Of(context, cluster.Name, []),
            again => PlanAsync(cluster, force, again),
            _ => Task.FromResult(cluster));
    }

    private static EtcdException NotSaved(EtcdCluster cluster) => new(EtcdErrorIds.ClusterNotFound, $"There is no saved cluster '{cluster.Name}'.")
    {
        Target = cluster.Name,
        NextStep = "Get-EtcdCluster lists the saved clusters.",
    };

    private static EtcdException Ours(EtcdCluster cluster) => new(EtcdErrorIds.NotSupported,
        $"EtcdAdmin manages hosts of cluster '{cluster.Name}'. Without the profile and its certificate authority, nobody could manage them. "
            + "Nothing was removed.")
    {
        Target = cluster.Name,
        NextStep = $"To remove cluster and profile: Uninstall-EtcdCluster {cluster.Name}. If its hosts no longer exist, use -Force.",
    };
}
