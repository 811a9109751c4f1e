using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment.Suspension;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Starts all members of a stopped cluster together, and proves that all of them serve. Members that run already are left alone. If a member does not
/// start, the others go on; the error says why, and the same command continues.
/// </summary>
/// <example>
/// <code>Resume-EtcdCluster prod</code>
/// <para>Starts a cluster that Suspend-EtcdCluster has stopped, or whose hosts have lost their power.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCluster | Resume-EtcdCluster | Get-EtcdHealth</code>
/// <para>Starts all saved clusters, and shows their health.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Resume, "EtcdCluster", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdCluster))]
public sealed class ResumeEtcdClusterCommand : PlannedCmdlet
{
    private static readonly TimeSpan UsualTimeout = TimeSpan.FromSeconds(60);

    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>How long the members may take to serve: seconds or a TimeSpan. Default: 60 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        Operation<EtcdCluster> operation =
            await new ClusterResumer(Admin).PlanAsync(cluster, Timeout ?? UsualTimeout, stop).ConfigureAwait(false);
        if (operation.Plan.IsEmpty) await SayAsync($"All members of cluster {cluster.Name} run already; nothing to do.").ConfigureAwait(false);
        if (await CarryOutAnyAsync(operation, stop).ConfigureAwait(false) is { } done) await WriteAsync(done).ConfigureAwait(false);
    }
}
