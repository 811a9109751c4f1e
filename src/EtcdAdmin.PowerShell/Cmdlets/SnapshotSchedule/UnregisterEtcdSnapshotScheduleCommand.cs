using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Schedules;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>Takes the snapshot schedule of a cluster off its hosts. The snapshots stay where they are.</summary>
/// <example>
/// <code>Unregister-EtcdSnapshotSchedule prod</code>
/// <para>Stops and removes the timers, and tells what is left.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Unregister, "EtcdSnapshotSchedule", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdSnapshotSchedule))]
public sealed class UnregisterEtcdSnapshotScheduleCommand : PlannedCmdlet
{
    /// <summary>The cluster, as an object or by its name. Its hosts are managed from here.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>Leaves hosts that cannot be managed now as they are. Without it, one such host keeps everything where it is.</summary>
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
