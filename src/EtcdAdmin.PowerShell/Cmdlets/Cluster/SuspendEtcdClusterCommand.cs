using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment.Suspension;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Stops all members of a cluster together, the leader last, and proves that none runs. The cluster does not serve until Resume-EtcdCluster. Use it
/// before work on all hosts at once, for instance on their power supply. Data, profile and schedules are kept. A host that boots meanwhile starts its
/// member again. If a member cannot be stopped, the others are started again.
/// </summary>
/// <example>
/// <code>Suspend-EtcdCluster prod -WhatIf</code>
/// <para>Shows the steps.</para>
/// </example>
/// <example>
/// <code>Suspend-EtcdCluster prod -Confirm:$false</code>
/// <para>Stops all members without a question.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Suspend, "EtcdCluster", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(EtcdCluster))]
public sealed class SuspendEtcdClusterCommand : PlannedCmdlet
{
    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        Operation<EtcdCluster> operation = await new ClusterSuspender(Admin).PlanAsync(cluster, stop).ConfigureAwait(false);
        if (operation.Plan.IsEmpty) await SayAsync($"No member of cluster {cluster.Name} runs; nothing to do.").ConfigureAwait(false);
        if (await CarryOutAnyAsync(operation, stop).ConfigureAwait(false) is { } done) await WriteAsync(done).ConfigureAwait(false);
    }
}
