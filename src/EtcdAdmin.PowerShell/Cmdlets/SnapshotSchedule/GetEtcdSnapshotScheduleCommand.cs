using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Schedules.Snapshots;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Shows the snapshot schedule of a cluster on each of its hosts: whether the timer is enabled, the next run, the result of the
/// last run, and the snapshots in the folder. Hosts without the schedule, such as those of members added later, are listed too.
/// </summary>
/// <example>
/// <code>Get-EtcdSnapshotSchedule prod</code>
/// <para>Shows a line for each host of prod.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCluster | Get-EtcdSnapshotSchedule | Where-Object Healthy -eq $false</code>
/// <para>Lists the hosts of all clusters on which the schedule has a problem.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdSnapshotSchedule")]
[OutputType(typeof(EtcdSnapshotSchedule))]
public sealed class GetEtcdSnapshotScheduleCommand : AdminCmdlet
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
        await WritePageAsync(await new SnapshotScheduleReader(Admin).ReadAsync(cluster, stop).ConfigureAwait(false)).ConfigureAwait(false);
    }
}
