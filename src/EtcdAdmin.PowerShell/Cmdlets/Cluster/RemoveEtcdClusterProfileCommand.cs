using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment.Uninstall;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Removes the saved profile of a cluster from this machine, with its certificates and keys, its recorded health and its health
/// monitor (Register-EtcdHealthMonitor). The cluster and its hosts are not changed. Use it for clusters that were imported
/// (Import-EtcdCluster) or connected (Connect-EtcdCluster); both commands can save the profile again.
///
/// The profile of a cluster that EtcdAdmin installed has its certificate authority and is needed to manage its hosts.
/// Uninstall-EtcdCluster removes such a cluster together with its profile. If its hosts no longer exist, -Force removes the profile
/// alone.
/// </summary>
/// <example>
/// <code>Remove-EtcdClusterProfile prod</code>
/// <para>Removes the profile of the imported cluster prod. The cluster runs on.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCluster test-* | Remove-EtcdClusterProfile -WhatIf</code>
/// <para>Shows which profiles would be removed.</para>
/// </example>
/// <example>
/// <code>Remove-EtcdClusterProfile lost -Force</code>
/// <para>Removes the profile of a cluster that EtcdAdmin installed on hosts that no longer exist.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "EtcdClusterProfile", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = "Name")]
public sealed class RemoveEtcdClusterProfileCommand : SavedClusterCmdlet
{
    /// <summary>Also removes the profile of a cluster that EtcdAdmin installed, with its certificate authority.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    private protected override async Task ActAsync(EtcdCluster cluster, CancellationToken stop) =>
        await CarryOutAsync(await new ProfileRemover(Admin).PlanAsync(cluster, Force, stop).ConfigureAwait(false), stop).ConfigureAwait(false);
}
