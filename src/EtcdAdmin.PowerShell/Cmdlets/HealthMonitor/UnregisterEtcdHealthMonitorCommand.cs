using System.Management.Automation;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Schedules.Monitors;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Removes the health monitor that a cluster has on this machine. A run in progress is stopped. The recorded health and the metrics that were written
/// last are kept. Uninstall-EtcdCluster and Remove-EtcdClusterProfile remove the monitor of their cluster too.
/// </summary>
/// <example>
/// <code>Unregister-EtcdHealthMonitor prod</code>
/// <para>Stops and removes the monitor of prod.</para>
/// </example>
/// <example>
/// <code>Get-EtcdHealthMonitor | Unregister-EtcdHealthMonitor</code>
/// <para>Removes all monitors of this user, including those of clusters whose profiles are gone.</para>
/// </example>
/// <example>
/// <code>Get-EtcdHealthMonitor | Where-Object -Not Healthy | Unregister-EtcdHealthMonitor -WhatIf</code>
/// <para>Shows which monitors would be removed because they do not work.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Unregister, "EtcdHealthMonitor", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdHealthMonitor))]
public sealed class UnregisterEtcdHealthMonitorCommand : PlannedCmdlet
{
    /// <summary>The cluster: an object, or the name of a saved cluster or of one that still has a monitor.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        IReadOnlyList<string> names = await new HealthMonitorReader(Admin).NamesAsync(stop).ConfigureAwait(false);
        string name = names.Contains(Cluster.Name) ? Cluster.Name : (await FindAsync(Cluster, stop).ConfigureAwait(false)).Name;
        Operation<EtcdHealthMonitor> operation = await new HealthMonitorScheduler(Admin).PlanUnregisterAsync(name, stop).ConfigureAwait(false);
        if (operation.Plan.IsEmpty)
        {
            await SayAsync($"Cluster {name} has no health monitor on this machine; nothing to do.").ConfigureAwait(false);
            return;
        }

        if (await CarryOutAsync(operation, stop).ConfigureAwait(false) is { } left) await WriteAsync(left).ConfigureAwait(false);
    }
}
