using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.Upgrades.Checks;
using EtcdAdmin.Upgrades.Rolling;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Changes a cluster to another version of etcd while it serves: to another patch version, to the next minor version, or back (a downgrade,
/// from etcd 3.6 on). First all checks of Test-EtcdUpgrade are made; one that fails refuses the change. Then a snapshot is saved and
/// verified. Then one member after the other is restarted with the new version, learners first and the leader last; the leadership moves
/// away before. Before the next member, the member must serve, run the new version, and have the same data as the others.
///
/// If a member does not come up, it gets its old program and configuration back, and the command stops. Members that are done keep the new
/// version, and the cluster keeps its old one until the last member is done. Run the same command again to continue; it also continues after
/// Ctrl+C, which finishes the current member.
/// </summary>
/// <example>
/// <code>Update-EtcdCluster prod -Version 3.5.30 -WhatIf</code>
/// <para>Shows the steps.</para>
/// </example>
/// <example>
/// <code>Update-EtcdCluster prod -Version 3.6 -PauseAfter 1</code>
/// <para>Upgrades one member to the newest available 3.6 and stops. The same command without -PauseAfter updates the others.</para>
/// </example>
/// <example>
/// <code>Update-EtcdCluster prod -Version 3.5 -Through</code>
/// <para>Upgrades, for instance, from 3.3 to 3.4 and then to 3.5, each with its own checks and snapshot.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCluster | Update-EtcdCluster -Package ./etcd-v3.5.30-linux-amd64.tar.gz</code>
/// <para>Updates all saved clusters with the programs in a file, one cluster after the other.</para>
/// </example>
[Cmdlet(VerbsData.Update, "EtcdCluster", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdCluster))]
public sealed class UpdateEtcdClusterCommand : VersionCmdlet
{
    /// <summary>Stops after this number of members.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? PauseAfter { get; set; }

    /// <summary>
    /// Checks whose failure does not refuse the change: you take the responsibility. Access, Package and Version cannot be ignored.
    /// </summary>
    [Parameter]
    public UpgradeGate[]? IgnoreCheck { get; set; }

    /// <summary>
    /// Changes the members of a cluster of two voters, which does not serve for some seconds while each of them restarts. If that is interrupted,
    /// start both members first (Start-EtcdMember), then run the command again.
    /// </summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>How long each member, and then the cluster, may take to serve again: seconds or a TimeSpan. Default: 60 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        UpdateRequest request =
            VersionArguments.ForChange(Request() with { PauseAfter = PauseAfter, AllowsInterruption = Force }, IgnoreCheck, Timeout);
        ClusterUpdate update = await new ClusterUpdater(Admin).PlanAsync(cluster, request, stop).ConfigureAwait(false);
        if (update.Operation.Plan.IsEmpty)
            await SayAsync($"Cluster {cluster.Name} already runs etcd {update.Changes[^1].To}; nothing to do.").ConfigureAwait(false);
        if (update.RollBackAdvice is { } advice) await SayAsync(advice).ConfigureAwait(false);
        EtcdCluster? changed = await CarryOutAnyAsync(update.Operation, stop).ConfigureAwait(false);
        if (changed is not null) await WriteAsync(changed).ConfigureAwait(false);
    }
}
