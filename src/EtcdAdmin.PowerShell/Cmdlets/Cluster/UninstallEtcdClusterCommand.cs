using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Deployment.Uninstall;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>Takes a cluster off its hosts: stops its members and removes just what was installed. The data stays unless it is to go.</summary>
/// <example>
/// <code>Get-EtcdCluster | Uninstall-EtcdCluster</code>
/// <para>Asks for each cluster, showing what it would do.</para>
/// </example>
/// <example>
/// <code>Uninstall-EtcdCluster prod -Force</code>
/// <para>Goes on although a host is dead, and says what stays there.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Uninstall, "EtcdCluster", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = "Name")]
public sealed class UninstallEtcdClusterCommand : PlannedCmdlet
{
    /// <summary>The cluster, as an object or by its name.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Cluster")]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>Names of saved clusters; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Name")]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = null!; // mandatory

    /// <summary>Removes the data of the members too, with everything that was moved aside in their folders.</summary>
    [Parameter]
    public SwitchParameter RemoveData { get; set; }

    /// <summary>
    /// Leaves hosts that cannot be managed now, such as dead ones, as they are, and members that the profile does not have. Without it, nothing is
    /// removed anywhere if there is one.
    /// </summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        if (ParameterSetName == "Cluster")
        {
            await UninstallAsync(Cluster, stop).ConfigureAwait(false);
            return;
        }

        IReadOnlyList<string> saved = Admin.Profiles.Names();
        var wanted = new NamePatterns(Name);
        // What is not there is tried as well: then it is the core that says so.
        IEnumerable<string> names = [.. saved.Where(wanted.Match), .. wanted.Missing(saved)];
        await ForEachAsync(names, (name, token) => UninstallAsync(new ClusterReference(name), token), stop).ConfigureAwait(false);
    }

    private async Task UninstallAsync(ClusterReference reference, CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(reference, stop).ConfigureAwait(false);
        var request = new UninstallRequest { RemoveData = RemoveData, Force = Force };
        await CarryOutAsync(await new ClusterUninstaller(Admin).PlanAsync(cluster, request, stop).ConfigureAwait(false), stop).ConfigureAwait(false);
    }
}
