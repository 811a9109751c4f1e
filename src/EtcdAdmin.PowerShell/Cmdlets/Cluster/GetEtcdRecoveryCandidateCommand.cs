using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Recovery.Quorum;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Reads the data of all members of a cluster in place, running or not, and ranks it: the member that is furthest ahead comes first, and
/// is the one that Repair-EtcdCluster would rebuild from. Changes nothing.
/// </summary>
/// <example>
/// <code>Get-EtcdRecoveryCandidate prod</code>
/// <para>What each member has, after the quorum was lost.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdRecoveryCandidate")]
[OutputType(typeof(EtcdRecoveryCandidate))]
public sealed class GetEtcdRecoveryCandidateCommand : AdminCmdlet
{
    /// <summary>The cluster, as an object or by its name. Its hosts are managed from here.</summary>
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
