using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Schedules.Monitors;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Lets this machine check the health of a cluster every few minutes, with a systemd timer, and record it: Get-EtcdHealthHistory shows the records,
/// and Export-EtcdReport draws them. With -Destination, each run also writes metrics for node_exporter, as Export-EtcdHealth does.
///
/// Run as root, the monitor is a unit of the system. Run as another user, it is a unit of this user, and systemd stops it at logout unless
/// 'loginctl enable-linger' keeps it running. The monitor uses this PowerShell, this module and this profile of the cluster. The first check is made
/// at once: if it cannot be recorded, nothing is registered. Run the command again to change the monitor, or after an update of PowerShell or the
/// module.
///
/// A cluster that is not healthy is a result, not a failed run. The monitor changes nothing in the cluster and holds no password.
/// </summary>
/// <example>
/// <code>Register-EtcdHealthMonitor prod</code>
/// <para>Checks prod every five minutes, and keeps the records of the last month.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCluster | Register-EtcdHealthMonitor -Every 10 -Destination /var/lib/prometheus/node-exporter -SnapshotPath /srv/backups</code>
/// <para>Checks all saved clusters every ten minutes. Each run also writes metrics for node_exporter, with the time of the newest snapshot.</para>
/// </example>
/// <example>
/// <code>Register-EtcdHealthMonitor prod -Every 1:00:00 -Timeout 20 -WhatIf</code>
/// <para>Shows what would be done on this machine for a check every hour that gives slow members 20 seconds to answer.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Register, "EtcdHealthMonitor", SupportsShouldProcess = true, DefaultParameterSetName = "History")]
[OutputType(typeof(EtcdHealthMonitor))]
public sealed class RegisterEtcdHealthMonitorCommand : PlannedCmdlet
{
    private const string TextFileSet = "TextFile";

    /// <summary>The cluster: an object, or the name of a saved cluster. It must be saved; who installed it does not matter.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>
    /// The time from one check to the next: minutes or a TimeSpan. It must be whole minutes that divide an hour (at least five), whole hours that
    /// divide a day, or one day. Default: 5 minutes.
    /// </summary>
    [Parameter]
    [Minutes]
    public TimeSpan? Every { get; set; }

    /// <summary>
    /// The folder of node_exporter's textfile collector (--collector.textfile.directory). Each run writes etcdadmin-CLUSTER.prom there. Default: no
    /// metrics are written.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = TextFileSet)]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>
    /// The folder with the snapshots of the cluster, for the time of the newest one in the metrics. Default: that time is left out.
    /// </summary>
    [Parameter(ParameterSetName = TextFileSet)]
    [ValidateNotNullOrEmpty]
    public string? SnapshotPath { get; set; }

    /// <summary>How long members and hosts may take to answer: seconds or a TimeSpan. Default: 5 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        string module = Path.Combine(MyInvocation.MyCommand.Module.ModuleBase, "EtcdAdmin.psd1");
        string? folder = PathOf(Destination), snapshots = PathOf(SnapshotPath);
        var monitor = new HealthMonitor
        {
            Command = MonitorCommand.Of(module, cluster.Name, folder, snapshots, Timeout),
            Module = module,
            Destination = folder,
            SnapshotPath = snapshots,
        };
        monitor = monitor with { Every = Every ?? monitor.Every, Timeout = Timeout ?? monitor.Timeout };
        Operation<EtcdHealthMonitor> operation =
            await new HealthMonitorScheduler(Admin).PlanRegisterAsync(cluster, monitor, stop).ConfigureAwait(false);
        if (operation.Plan.IsEmpty) await SayAsync($"Cluster {cluster.Name} already has this monitor; nothing to do.").ConfigureAwait(false);
        if (await CarryOutAnyAsync(operation, stop).ConfigureAwait(false) is { } registered) await WriteAsync(registered).ConfigureAwait(false);
    }
}
