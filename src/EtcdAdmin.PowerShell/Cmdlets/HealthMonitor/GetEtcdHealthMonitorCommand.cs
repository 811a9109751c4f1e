using System.Management.Automation;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Schedules.Monitors;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Shows the health monitors that this user has on this machine: whether their timers run, the next run, and the result of the last one. Healthy says
/// whether the monitor works; LastResult is the health of the cluster that it found. A run has failed if it could not check or record the health:
/// because the profile, PowerShell or the module is gone, or a disk is full.
/// </summary>
/// <example>
/// <code>Get-EtcdHealthMonitor</code>
/// <para>Shows all monitors of this user, including those of clusters whose profiles are gone.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCluster | Get-EtcdHealthMonitor | Where-Object -Not Registered | Register-EtcdHealthMonitor</code>
/// <para>Registers a monitor for all saved clusters that have none.</para>
/// </example>
/// <example>
/// <code>Get-EtcdHealthMonitor prod | Format-List</code>
/// <para>Shows everything about the monitor of prod, including its last error.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdHealthMonitor")]
[OutputType(typeof(EtcdHealthMonitor))]
public sealed class GetEtcdHealthMonitorCommand : AdminCmdlet
{
    /// <summary>
    /// The cluster: an object, or the name of a saved cluster or of one that still has a monitor. Default: all clusters with a monitor.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference? Cluster { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        var reader = new HealthMonitorReader(Admin);
        IReadOnlyList<string> names = await reader.NamesAsync(stop).ConfigureAwait(false);
        if (Cluster is { } cluster)
            names = [names.Contains(cluster.Name) ? cluster.Name : (await FindAsync(cluster, stop).ConfigureAwait(false)).Name];
        foreach (string name in names) await WriteAsync(await reader.ReadAsync(name, stop).ConfigureAwait(false)).ConfigureAwait(false);
    }
}
