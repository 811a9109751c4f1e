using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Security;

namespace EtcdAdmin.PowerShell;

/// <summary>
/// Base of cmdlets that replace certificates of clusters. Certificates may come through the pipeline: each cluster is handled once.
/// </summary>
public abstract class CertificateUpdateCmdlet : PlannedCmdlet
{
    private readonly HashSet<string> _done = new(StringComparer.Ordinal);

    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The type of the new keys. Default: ECDSA with P-256.</summary>
    [Parameter]
    public KeyAlgorithm KeyAlgorithm { get; set; } = KeyAlgorithm.EcdsaP256;

    /// <summary>How long a member may take to use what is new, and to serve: seconds or a TimeSpan. Default: 60 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected sealed override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        if (_done.Add(cluster.Name)) await UpdateAsync(cluster, stop).ConfigureAwait(false);
    }

    /// <summary>Replaces the certificates of one cluster.</summary>
    protected abstract Task UpdateAsync(EtcdCluster cluster, CancellationToken stop);
}
