using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Recovery.Undo;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Lists the restores of a cluster, and the undone restores, whose earlier data is still kept. The latest comes first.
/// Undo-EtcdRestore can undo those whose CanUndo is true. The list comes from the profile of the user who ran the restores.
/// </summary>
/// <example>
/// <code>Get-EtcdRestore prod</code>
/// <para>Shows the restores of prod: what was restored, when, and whether it can be undone.</para>
/// </example>
/// <example>
/// <code>(Get-EtcdRestore prod)[0].Backup | Format-List HostName, Path, Sha256, RollBackScript</code>
/// <para>Shows where the data from before the latest restore is kept.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdRestore")]
[OutputType(typeof(EtcdRestorePoint))]
public sealed class GetEtcdRestoreCommand : AdminCmdlet
{
    /// <summary>
    /// The cluster: an object, or the name of a saved cluster. It must have been installed with Install-EtcdCluster.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The id of one restore. Default: all restores.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(RestoreIdCompleter))]
    public string? Id { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        foreach (EtcdRestorePoint point in await new RestoreUndoer(Admin).ListAsync(cluster, Id, stop).ConfigureAwait(false))
            await WriteAsync(point).ConfigureAwait(false);
    }
}
