using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Recovery.Quorum;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Ranks the data of all members of a cluster, and shows from which member Repair-EtcdCluster would rebuild it. The first member
/// in the list has the newest data. The command reads the data on the hosts, whether or not etcd is running, and changes nothing.
/// </summary>
/// <example>
/// <code>Get-EtcdRecoveryCandidate prod</code>
/// <para>Shows what data each member of prod has, after the cluster has lost its quorum.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdRecoveryCandidate")]
[OutputType(typeof(EtcdRecoveryCandidate))]
public sealed class GetEtcdRecoveryCandidateCommand : AdminCmdlet
{
    /// <summary>
    /// The cluster: an object, or the name of a saved cluster. It must have been installed with Install-EtcdCluster.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        IReadOnlyList<EtcdRecoveryCandidate> candidates = await new ClusterRepairer(Admin).ListAsync(cluster, CoreEvents, stop).ConfigureAwait(false);
        await WritePageAsync(candidates).ConfigureAwait(false);
    }
}
