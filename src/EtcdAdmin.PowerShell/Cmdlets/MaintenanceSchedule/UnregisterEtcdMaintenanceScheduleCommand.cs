using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Schedules.Maintenance;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>Removes the maintenance schedule of a cluster from its hosts. A run in progress is stopped.</summary>
/// <example>
/// <code>Unregister-EtcdMaintenanceSchedule prod</code>
/// <para>Stops and removes the timers, and shows that nothing is left on the hosts.</para>
/// </example>
/// <example>
/// <code>Unregister-EtcdMaintenanceSchedule prod -Force</code>
/// <para>Does so even if a host is down; run it again when that host is back.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCluster | Unregister-EtcdMaintenanceSchedule -WhatIf</code>
/// <para>Shows which hosts of all saved clusters have a schedule.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Unregister, "EtcdMaintenanceSchedule", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdMaintenanceSchedule))]
public sealed class UnregisterEtcdMaintenanceScheduleCommand : PlannedCmdlet
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
        Operation<IReadOnlyList<EtcdMaintenanceSchedule>> operation =
            await new MaintenanceScheduler(Admin).PlanUnregisterAsync(cluster, Force, stop).ConfigureAwait(false);
        if (operation.Plan.IsEmpty)
        {
            await SayAsync($"Cluster {cluster.Name} has no maintenance schedule on its hosts; nothing to do.").ConfigureAwait(false);
            return;
        }

        if (await CarryOutAsync(operation, stop).ConfigureAwait(false) is { } left) await WritePageAsync(left).ConfigureAwait(false);
    }
}
