using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Schedules.Maintenance;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Shows the maintenance schedule of a cluster on each of its hosts: whether the timer is enabled, the next run, the result of the last run, what was
/// done last, and the rules. Hosts without the schedule, such as those of members added later, are listed too.
/// </summary>
/// <example>
/// <code>Get-EtcdMaintenanceSchedule prod</code>
/// <para>Shows a line for each host of prod.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCluster | Get-EtcdMaintenanceSchedule | Where-Object Healthy -eq $false</code>
/// <para>Lists the hosts of all clusters on which the schedule has a problem.</para>
/// </example>
/// <example>
/// <code>Get-EtcdMaintenanceSchedule prod | Format-Table Member, LastAction, LastActionTime, LastReleasedBytes</code>
/// <para>Shows what each host did last, and when.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdMaintenanceSchedule")]
[OutputType(typeof(EtcdMaintenanceSchedule))]
public sealed class GetEtcdMaintenanceScheduleCommand : AdminCmdlet
{
    /// <summary>
    /// The cluster: an object, or the name of a saved cluster. It must have been installed with Install-EtcdCluster.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        await WritePageAsync(await new MaintenanceScheduleReader(Admin).ReadAsync(cluster, stop).ConfigureAwait(false)).ConfigureAwait(false);
    }
}
