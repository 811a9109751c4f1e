using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Plans;
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
public sealed class UnregisterEtcdMaintenanceScheduleCommand : UnregisterScheduleCmdlet<EtcdMaintenanceSchedule>
{
    /// <inheritdoc/>
    protected override string ScheduleName => "maintenance schedule";

    /// <inheritdoc/>
    protected override Task<Operation<IReadOnlyList<EtcdMaintenanceSchedule>>> PlanAsync(EtcdCluster cluster, CancellationToken stop) =>
        new MaintenanceScheduler(Admin).PlanUnregisterAsync(cluster, Force, stop);
}
