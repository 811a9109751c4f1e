using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Deployment.Uninstall;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Removes the saved profile of a cluster from this machine, with its certificates and keys. The cluster and its hosts are not
/// changed. Use it for clusters that were imported (Import-EtcdCluster) or connected (Connect-EtcdCluster); both commands can save
/// the profile again.
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
public sealed class RemoveEtcdClusterProfileCommand : PlannedCmdlet
{
    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Cluster")]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>Names of saved clusters. Wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Name")]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = null!; // mandatory

    /// <summary>Also removes the profile of a cluster that EtcdAdmin installed, with its certificate authority.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        if (ParameterSetName == "Cluster")
        {
            await RemoveAsync(Cluster, stop).ConfigureAwait(false);
            return;
        }

        IReadOnlyList<string> saved = Admin.Profiles.Names();
        var wanted = new NamePatterns(Name);
        // Names that are not saved are tried as well: the core reports them as not found.
        IEnumerable<string> names = [.. saved.Where(wanted.Match), .. wanted.Missing(saved)];
        await ForEachAsync(names, (name, token) => RemoveAsync(new ClusterReference(name), token), stop).ConfigureAwait(false);
    }

    private async Task RemoveAsync(ClusterReference reference, CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(reference, stop).ConfigureAwait(false);
        await CarryOutAsync(new ProfileRemover(Admin).Plan(cluster, Force), stop).ConfigureAwait(false);
    }
}
