using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Recovery.Undo;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Undoes a restore: on all members the data from before it takes the place of the present data, with the configuration of that time. Members
/// that left the cluster with the restore come back. The kept data is checked before anything stops, and the result is proved. The cluster
/// does not serve meanwhile. The present data is moved aside, so an undo can be undone too. If anything fails, all is put back. Run
/// again after an interruption it carries on.
/// </summary>
/// <remarks>
/// What was written since the restore is not in the data from before, and revisions go back. Clients that watch or cache keys have to be
/// restarted, or -RevisionBump raises the revisions.
/// </remarks>
/// <example>
/// <code>Undo-EtcdRestore prod -WhatIf</code>
/// <para>Shows what undoing the latest restore of prod would do.</para>
/// </example>
/// <example>
/// <code>$restore = Restore-EtcdSnapshot ./backups -Cluster prod; $restore | Undo-EtcdRestore</code>
/// <para>Undoes the restore that was just made.</para>
/// </example>
/// <example>
/// <code>$restore.Backup | Undo-EtcdRestore -WhatIf</code>
/// <para>Finds the restore by the data that it kept.</para>
/// </example>
/// <example>
/// <code>Get-EtcdRestore prod | Where-Object CanUndo | Select-Object -First 1 | Undo-EtcdRestore -RevisionBump 2000000000</code>
/// <para>Undoes the latest one, and raises revisions so that watchers never see them go back. The cluster gets a new id.</para>
/// </example>
[Cmdlet(VerbsCommon.Undo, "EtcdRestore", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(EtcdRestoreUndo))]
public sealed class UndoEtcdRestoreCommand : PlannedCmdlet
{
    private readonly HashSet<(string Cluster, string Id)> _begun = [];

    /// <summary>The cluster, as an object or by its name. What Restore-EtcdSnapshot and Get-EtcdRestore write names it, and so does each Backup in that.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The restore's id, as Get-EtcdRestore shows it; by default the latest restore that can be undone.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(RestoreIdCompleter))]
    public string? Id { get; set; }

    /// <summary>
    /// By how much revisions are raised above those of the data from before. The database of the member that was furthest ahead is then restored
    /// to all members, because etcd cannot raise the revisions of a data directory with a log. By default the data is put back as it was.
    /// </summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long RevisionBump { get; set; }

    /// <summary>A user with the role root of the time before the restore, where authentication was enabled then. By default the cluster's own user or certificate.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>How long the members have to become healthy: seconds or a TimeSpan; by default 60 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        // The data that one restore kept comes as an object for each member.
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
