using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>What the cmdlets that end with saved clusters share: the parameters that select them.</summary>
public abstract class SavedClusterCmdlet : PlannedCmdlet
{
    private protected SavedClusterCmdlet()
    {
    }

    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Cluster")]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>Names of saved clusters. Wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Name")]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = null!; // mandatory

    /// <inheritdoc/>
    protected sealed override async Task ProcessAsync(CancellationToken stop)
    {
        if (ParameterSetName == "Cluster")
        {
            await FindAndActAsync(Cluster, stop).ConfigureAwait(false);
            return;
        }

        IReadOnlyList<string> saved = Admin.Profiles.Names();
        var wanted = new NamePatterns(Name);
        // Names that are not saved are tried as well: the core reports them as not found.
        IEnumerable<string> names = [.. saved.Where(wanted.Match), .. wanted.Missing(saved)];
        await ForEachAsync(names, (name, token) => FindAndActAsync(new ClusterReference(name), token), stop).ConfigureAwait(false);
    }

    /// <summary>Acts on one cluster.</summary>
    private protected abstract Task ActAsync(EtcdCluster cluster, CancellationToken stop);

    private async Task FindAndActAsync(ClusterReference reference, CancellationToken stop) =>
        await ActAsync(await FindAsync(reference, stop).ConfigureAwait(false), stop).ConfigureAwait(false);
}
