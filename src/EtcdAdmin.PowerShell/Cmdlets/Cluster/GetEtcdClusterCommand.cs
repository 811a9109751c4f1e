using System.Management.Automation;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>Gets the saved clusters: those installed from here, and those connected to under a name. Nobody is asked over the network.</summary>
/// <example>
/// <code>Get-EtcdCluster prod* | Get-EtcdHealth</code>
/// <para>The health of all clusters whose name begins with prod.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdCluster")]
[OutputType(typeof(EtcdCluster))]
public sealed class GetEtcdClusterCommand : AdminCmdlet
{
    /// <summary>Names; wildcards are allowed. By default all.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    [SupportsWildcards]
    public string[]? Name { get; set; }

    /// <summary>The user to be on these clusters, where authentication is on; passwords are never saved.</summary>
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
        EtcdCredential? credential = Credential.ToEtcdCredential();
        await WriteAsync(credential is null ? cluster : cluster.WithCredential(credential)).ConfigureAwait(false);
    }
}
