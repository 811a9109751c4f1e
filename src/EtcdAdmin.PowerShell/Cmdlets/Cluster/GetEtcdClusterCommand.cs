using System.Management.Automation;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Gets the saved clusters: those that Install-EtcdCluster installed from this machine, those that Import-EtcdCluster imported, and
/// those that Connect-EtcdCluster saved with -Name. The command reads profiles only; it does not connect to any cluster.
/// </summary>
/// <example>
/// <code>Get-EtcdCluster prod* | Get-EtcdHealth</code>
/// <para>Shows the health of all clusters whose name begins with prod.</para>
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

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        IReadOnlyList<string> saved = Admin.Profiles.Names();
        var wanted = new NamePatterns(Name);
        // What is not there is looked up as well: then it is the core that says so. A damaged profile hides no other.
        await ForEachAsync([.. saved.Where(wanted.Match), .. wanted.Missing(saved)], WriteClusterAsync, stop).ConfigureAwait(false);
    }

    private async Task WriteClusterAsync(string name, CancellationToken stop)
    {
        EtcdCluster cluster = await Admin.Profiles.LoadAsync(name, CoreEvents, stop).ConfigureAwait(false);
        if (cluster.Migration is { } migration) await OnPipelineAsync(() => WriteWarning($"Cluster '{name}': {migration}")).ConfigureAwait(false);
        EtcdCredential? credential = Credential.ToEtcdCredential();
        await WriteAsync(credential is null ? cluster : cluster.WithCredential(credential)).ConfigureAwait(false);
    }
}
