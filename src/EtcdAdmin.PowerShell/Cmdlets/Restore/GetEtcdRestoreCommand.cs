using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Recovery.Undo;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Lists the restores of a cluster, and the undos of restores, that kept the data from before; the latest first. Undo-EtcdRestore undoes one whose
/// CanUndo is true. They are noted in the profile of the user who made them.
/// </summary>
/// <example>
/// <code>Get-EtcdRestore prod</code>
/// <para>What was restored, when, and whether it can be undone.</para>
/// </example>
/// <example>
/// <code>(Get-EtcdRestore prod)[0].Backup | Format-List HostName, Path, Sha256, RollBackScript</code>
/// <para>Where the data from before the latest restore is kept.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdRestore")]
[OutputType(typeof(EtcdRestorePoint))]
public sealed class GetEtcdRestoreCommand : AdminCmdlet
{
    /// <summary>The cluster, as an object or by its name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The id of one restore; by default all.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(RestoreIdCompleter))]
    public string? Id { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        foreach (EtcdRestorePoint point in await new RestoreUndoer(Admin).ListAsync(cluster, Id, stop).ConfigureAwait(false)) await WriteAsync(point).ConfigureAwait(false);
    }
}
