using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell;

/// <summary>Base of cmdlets that remove a schedule from the hosts of a cluster.</summary>
/// <typeparam name="TSchedule">The schedule of one host.</typeparam>
public abstract class UnregisterScheduleCmdlet<TSchedule> : PlannedCmdlet
    where TSchedule : class
{
    /// <summary>
    /// The cluster: an object, or the name of a saved cluster. It must have been installed with Install-EtcdCluster.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>
    /// Continues even if a host cannot be managed now, for instance because it is down, and leaves that host as it is. Without
    /// -Force, nothing is changed on any host in this case.
    /// </summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>What the schedule is called in messages.</summary>
    protected abstract string ScheduleName { get; }

    /// <inheritdoc/>
    protected sealed override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        Operation<IReadOnlyList<TSchedule>> operation = await PlanAsync(cluster, stop).ConfigureAwait(false);
        if (operation.Plan.IsEmpty)
        {
            await SayAsync($"Cluster {cluster.Name} has no {ScheduleName} on its hosts; nothing to do.").ConfigureAwait(false);
            return;
        }

        if (await CarryOutAsync(operation, stop).ConfigureAwait(false) is { } left) await WritePageAsync(left).ConfigureAwait(false);
    }

    /// <summary>Plans the removal.</summary>
    protected abstract Task<Operation<IReadOnlyList<TSchedule>>> PlanAsync(EtcdCluster cluster, CancellationToken stop);
}
