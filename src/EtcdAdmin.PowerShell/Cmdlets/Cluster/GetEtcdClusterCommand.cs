using System.Management.Automation;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Packages;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Gets the saved clusters: those that Install-EtcdCluster installed from this machine, those that Import-EtcdCluster imported, and
/// those that Connect-EtcdCluster saved with -Name. The command reads files of this machine only; it does not connect to any
/// cluster.
///
/// AvailableUpdate is the newest patch version that this machine knows of: one in the package cache, installed for another cluster
/// here, or offered by the package sources when they were last asked. Nothing is updated automatically; Update-EtcdCluster does it.
/// VersionHold shows whether the cluster is held at its version (Set-EtcdConfiguration -VersionHold).
/// </summary>
/// <example>
/// <code>Get-EtcdCluster prod* | Get-EtcdHealth</code>
/// <para>Shows the health of all clusters whose name begins with prod.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCluster -CheckUpdate | Where-Object AvailableUpdate</code>
/// <para>Asks the package sources, and shows the clusters for which a newer patch version is available.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdCluster")]
[OutputType(typeof(EtcdCluster))]
public sealed class GetEtcdClusterCommand : AdminCmdlet
{
    /// <summary>Names of clusters. Wildcards are allowed. Default: all saved clusters.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    [SupportsWildcards]
    public string[]? Name { get; set; }

    /// <summary>
    /// The etcd user and password to use for these clusters, if authentication is enabled. Passwords are never saved.
    /// </summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>Asks the package sources on the network for newer patch versions. Default: only what this machine knows already.</summary>
    [Parameter]
    public SwitchParameter CheckUpdate { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        IReadOnlyList<string> saved = Admin.Profiles.Names();
        var wanted = new NamePatterns(Name);
        // What is not there is looked up as well: then it is the core that says so. A damaged profile hides no other.
        var updates = new AvailableUpdates(Admin.Home);
        await ForEachAsync([.. saved.Where(wanted.Match), .. wanted.Missing(saved)], (name, token) => WriteClusterAsync(name, updates, token), stop)
            .ConfigureAwait(false);
    }

    private async Task WriteClusterAsync(string name, AvailableUpdates updates, CancellationToken stop)
    {
        EtcdCluster cluster = await Admin.Profiles.LoadAsync(name, CoreEvents, stop).ConfigureAwait(false);
        if (CheckUpdate) await updates.AskAsync(cluster, CoreEvents, stop).ConfigureAwait(false);
        cluster = await updates.ShowAsync(cluster, stop).ConfigureAwait(false);
        // A command further on, such as Get-EtcdHealth, says it itself, and the object has it.
        bool isLast = MyInvocation.PipelinePosition == MyInvocation.PipelineLength;
        if (isLast && cluster.Migration is { } migration)
            await OnPipelineAsync(() => WriteWarning($"Cluster '{name}': {migration}")).ConfigureAwait(false);
        EtcdCredential? credential = Credential.ToEtcdCredential();
        await WriteAsync(credential is null ? cluster : cluster.WithCredential(credential)).ConfigureAwait(false);
    }
}
