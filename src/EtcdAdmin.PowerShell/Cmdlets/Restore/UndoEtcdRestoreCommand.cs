using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Recovery.Undo;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Undoes a restore: all members get back the data and configuration from before the restore, and members that the restore
/// removed return to the cluster. The command checks the kept data before it stops any member, and verifies the result. The
/// cluster is unavailable during this time. The present data is moved aside, so an undo can be undone too. If a step fails, all
/// earlier steps are rolled back. After an interruption, run the same command again; it continues.
///
/// Writes made since the restore are not in the old data, and revisions go back. Restart clients that watch or cache keys, or use
/// -RevisionBump.
/// </summary>
/// <example>
/// <code>Undo-EtcdRestore prod -WhatIf</code>
/// <para>Shows the plan for undoing the latest restore of prod.</para>
/// </example>
/// <example>
/// <code>$restore = Restore-EtcdSnapshot ./backups -Cluster prod; $restore | Undo-EtcdRestore</code>
/// <para>Undoes the restore that was just made.</para>
/// </example>
/// <example>
/// <code>$restore.Backup | Undo-EtcdRestore -WhatIf</code>
/// <para>Shows the plan for undoing the restore that kept this data.</para>
/// </example>
/// <example>
/// <code>Get-EtcdRestore prod | Where-Object CanUndo | Select-Object -First 1 | Undo-EtcdRestore -RevisionBump 2000000000</code>
/// <para>Undoes the latest restore and raises revisions, so that watchers never see them go back. The cluster gets a new
/// id.</para>
/// </example>
[Cmdlet(VerbsCommon.Undo, "EtcdRestore", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(EtcdRestoreUndo))]
public sealed class UndoEtcdRestoreCommand : PlannedCmdlet
{
    private readonly HashSet<(string Cluster, string Id)> _begun = [];

    /// <summary>
    /// The cluster: an object, or the name of a saved cluster. It must have been installed with Install-EtcdCluster. Accepts the
    /// output of Restore-EtcdSnapshot and Get-EtcdRestore, and the objects in their Backup property.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The id of the restore, as Get-EtcdRestore shows it. Default: the latest restore that can be undone.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(RestoreIdCompleter))]
    public string? Id { get; set; }

    /// <summary>
    /// The number to add to the revisions of the old data, so that clients never see revisions go back. Because etcd cannot raise
    /// the revisions of a data directory with a log, the database of the member with the newest old data is then restored to all
    /// members. Default: 0, which puts the old data back unchanged.
    /// </summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long RevisionBump { get; set; }

    /// <summary>
    /// An etcd user with the role root, with the password from before the restore. Use it if authentication was enabled then.
    /// Default: the cluster's own user or certificate.
    /// </summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>How long the members may take to become healthy: seconds or a TimeSpan. Default: 60 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        // The earlier data of a restore is piped as one object per member.
        if (Id is not null && !_begun.Add((Cluster.Name, Id))) return;
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        var request = new UndoRequest { Id = Id, RevisionBump = RevisionBump, Credential = Credential.ToEtcdCredential() };
        if (Timeout is { } timeout) request = request with { HealthTimeout = timeout };
        var undoer = new RestoreUndoer(Admin);
        KeptDatabase? database = await undoer.BringAsync(cluster, request, CoreEvents, stop).ConfigureAwait(false);
        try
        {
            Operation<EtcdRestoreUndo> operation = await undoer.PlanAsync(cluster, request, database, stop).ConfigureAwait(false);
            EtcdRestoreUndo? undo = await CarryOutAsync(operation, stop).ConfigureAwait(false);
            if (undo is not null) await WriteAsync(undo).ConfigureAwait(false);
        }
        finally
        {
            if (database is not null) await database.DisposeAsync().ConfigureAwait(false);
        }
    }
}
