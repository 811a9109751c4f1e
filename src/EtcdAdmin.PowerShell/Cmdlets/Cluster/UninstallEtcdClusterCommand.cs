using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment.Uninstall;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Uninstalls a cluster: stops its members and removes what Install-EtcdCluster installed. The data is kept, unless -RemoveData
/// is given. The saved cluster is removed too, with its certificate authority, its keys and its health monitor on this machine.
/// </summary>
/// <example>
/// <code>Get-EtcdCluster | Uninstall-EtcdCluster</code>
/// <para>Shows the plan for each saved cluster, and asks before it uninstalls the cluster.</para>
/// </example>
/// <example>
/// <code>Uninstall-EtcdCluster prod -Force</code>
/// <para>Uninstalls prod even if a host is down, and warns of what is left on that host.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Uninstall, "EtcdCluster", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = "Name")]
public sealed class UninstallEtcdClusterCommand : SavedClusterCmdlet
{
    /// <summary>Also removes the data of the members, including old data that was moved aside in their folders.</summary>
    [Parameter]
    public SwitchParameter RemoveData { get; set; }

    /// <summary>
    /// Uninstalls the cluster even if a host cannot be managed now, for instance because it is down, or if the cluster has
    /// members that the profile does not have. Those hosts and members are left as they are. Without -Force, nothing is removed
    /// in these cases.
    /// </summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    private protected override async Task ActAsync(EtcdCluster cluster, CancellationToken stop)
    {
        var request = new UninstallRequest { RemoveData = RemoveData, Force = Force };
        await CarryOutAsync(await new ClusterUninstaller(Admin).PlanAsync(cluster, request, stop).ConfigureAwait(false), stop).ConfigureAwait(false);
    }
}
