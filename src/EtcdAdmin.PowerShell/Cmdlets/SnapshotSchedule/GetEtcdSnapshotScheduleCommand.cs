using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Schedules;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Tells how the hosts of a cluster stand with its snapshot schedule: whether the timer is on, when it runs next, what the last run came
/// to, and what is in the folder. Hosts that take no part, such as those of members added later, are listed too.
/// </summary>
/// <example>
/// <code>Get-EtcdSnapshotSchedule prod</code>
/// <para>A line for each host of prod.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCluster | Get-EtcdSnapshotSchedule | Where-Object Healthy -eq $false</code>
/// <para>The hosts of all clusters on which something is wrong.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdSnapshotSchedule")]
[OutputType(typeof(EtcdSnapshotSchedule))]
public sealed class GetEtcdSnapshotScheduleCommand : AdminCmdlet
{
    /// <summary>The cluster, as an object or by its name. Its hosts are managed from here.</summary>
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
