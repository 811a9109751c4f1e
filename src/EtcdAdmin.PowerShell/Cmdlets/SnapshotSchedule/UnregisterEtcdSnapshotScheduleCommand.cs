using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Schedules.Snapshots;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>Removes the snapshot schedule of a cluster from its hosts. The snapshots are kept.</summary>
/// <example>
/// <code>Unregister-EtcdSnapshotSchedule prod</code>
/// <para>Stops and removes the timers, and shows what is left on the hosts.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Unregister, "EtcdSnapshotSchedule", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdSnapshotSchedule))]
public sealed class UnregisterEtcdSnapshotScheduleCommand : PlannedCmdlet
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

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        Operation<IReadOnlyList<EtcdSnapshotSchedule>> operation =
            await new SnapshotScheduler(Admin).PlanUnregisterAsync(cluster, Force, stop).ConfigureAwait(false);
        if (operation.Plan.IsEmpty)
        {
            await SayAsync($"Cluster {cluster.Name} has no snapshot schedule on its hosts; nothing to do.").ConfigureAwait(false);
            return;
        }

        if (await CarryOutAsync(operation, stop).ConfigureAwait(false) is { } left) await WritePageAsync(left).ConfigureAwait(false);
    }
}
