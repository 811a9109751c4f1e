using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Plans;
using EtcdAdmin.Schedules.Snapshots;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>Removes the snapshot schedule of a cluster from its hosts. The snapshots are kept.</summary>
/// <example>
/// <code>Unregister-EtcdSnapshotSchedule prod</code>
/// <para>Stops and removes the timers, and shows what is left on the hosts.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Unregister, "EtcdSnapshotSchedule", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdSnapshotSchedule))]
public sealed class UnregisterEtcdSnapshotScheduleCommand : UnregisterScheduleCmdlet<EtcdSnapshotSchedule>
{
    /// <inheritdoc/>
    protected override string ScheduleName => "snapshot schedule";

    /// <inheritdoc/>
    protected override Task<Operation<IReadOnlyList<EtcdSnapshotSchedule>>> PlanAsync(EtcdCluster cluster, CancellationToken stop) =>
        new SnapshotScheduler(Admin).PlanUnregisterAsync(cluster, Force, stop);
}
