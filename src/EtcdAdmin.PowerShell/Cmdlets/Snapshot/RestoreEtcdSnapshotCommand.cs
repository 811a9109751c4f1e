using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Recovery.Restore;
using EtcdAdmin.Snapshots.Formats.Encryption;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Restores a snapshot into a cluster: replaces the data of all members with the data of the snapshot, and verifies the result.
/// The cluster is unavailable while the data is switched. The old data is moved aside; if a step fails, it is put back. After an
/// interruption, run the same command again; it continues. Alarms that come with the snapshot from members that the restored
/// cluster does not have are disarmed.
/// </summary>
/// <example>
/// <code>Restore-EtcdSnapshot ./backups/etcd-snapshot-2026-01-31-04.00.00.db -Cluster copy</code>
/// <para>Restores a file into the cluster copy. The command first shows the plan, and asks.</para>
/// </example>
/// <example>
/// <code>Restore-EtcdSnapshot ./backups -Cluster prod</code>
/// <para>Restores the newest complete snapshot of prod in the folder, and reports which snapshots were skipped.</para>
/// </example>
/// <example>
/// <code>Save-EtcdSnapshot prod | Restore-EtcdSnapshot -Cluster new -Confirm:$false | Add-EtcdMember n4, n5</code>
/// <para>Moves a cluster to other hosts. The cluster new, installed before, gets the data and then two more members.</para>
/// </example>
/// <example>
/// <code>$restore = Restore-EtcdSnapshot ./backups -Cluster prod; $restore.Backup | Format-List HostName, Path, Sha256, RollBackScript</code>
/// <para>Shows where the old data is kept, and the script on each host that rolls back without PowerShell.</para>
/// </example>
/// <example>
/// <code>$restore = Restore-EtcdSnapshot ./backups -Cluster prod; $restore | Undo-EtcdRestore</code>
/// <para>Undoes the restore: the cluster gets back its old data, members and settings.</para>
/// </example>
[Cmdlet(VerbsData.Restore, "EtcdSnapshot", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(EtcdRestore))]
public sealed class RestoreEtcdSnapshotCommand : SnapshotCmdlet
{
    /// <summary>
    /// The snapshot file, in any format: plain, gzip, zip, tar, tar.gz or encrypted. Or a folder: the command restores the
    /// cluster's newest complete snapshot in it. Accepts the output of Save-EtcdSnapshot, Get-EtcdSnapshot, Copy-EtcdSnapshot and
    /// Get-ChildItem.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = null!; // mandatory

    /// <summary>
    /// The cluster to restore into: an object, or the name of a saved cluster. It must have been installed with
    /// Install-EtcdCluster.
    /// </summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>
    /// The version of etcd that the snapshot comes from. Use it if neither the file nor its manifest holds the version. When you
    /// pipe from Save-EtcdSnapshot, the version is set automatically.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public EtcdVersion? Version { get; set; }

    /// <summary>
    /// Restores to this member first, given by name. The other members then join again one by one, as empty learners, and copy
    /// the data from the cluster. After an interruption while they join, run Repair-EtcdCluster.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(MemberNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Member { get; set; }

    /// <summary>
    /// With -Member: the other members leave the cluster. Their data, configuration and keys are moved aside. To add them again
    /// later, use Add-EtcdMember.
    /// </summary>
    [Parameter]
    public SwitchParameter NoRejoin { get; set; }

    /// <summary>
    /// An etcd user that exists in the snapshot and has the role root. Use it if authentication was enabled when the snapshot was
    /// taken: the command verifies the restored data as this user.
    /// </summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>Deletes the old data after the new data is verified. The restore then cannot be undone.</summary>
    [Parameter]
    public SwitchParameter SkipBackup { get; set; }

    /// <summary>Accepts a snapshot of another minor version of etcd.</summary>
    [Parameter]
    public SwitchParameter AllowVersionMismatch { get; set; }

    /// <summary>
    /// Accepts a file without a SHA-256 at its end, such as a copy of a stopped member's database. Archives of older tools do not
    /// need this switch.
    /// </summary>
    [Parameter]
    public SwitchParameter SkipHashCheck { get; set; }

    /// <summary>
    /// The number to add to the revisions of the snapshot, so that watchers never see revisions go back. 0 keeps the revisions.
    /// Default: chosen so that revisions continue above the highest known revision.
    /// </summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long? RevisionBump { get; set; }

    /// <summary>How long the members may take to become healthy: seconds or a TimeSpan. Default: 60 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        SnapshotSecrets secrets = await SecretsAsync(stop).ConfigureAwait(false);
        // Null only for null.
        RestoreSource source = await RestoreSource.OpenAsync(PathOf(Path)!, cluster, secrets, SkipHashCheck, CoreEvents, stop).ConfigureAwait(false);
        await using var close = source.ConfigureAwait(false);
        Operation<EtcdRestore> operation = await new SnapshotRestorer(Admin).PlanAsync(cluster, source, Request(), stop).ConfigureAwait(false);
        EtcdRestore? restore = await CarryOutAsync(operation, stop).ConfigureAwait(false);
        if (restore is not null) await WriteAsync(restore).ConfigureAwait(false);
    }

    private RestoreRequest Request()
    {
        var request = new RestoreRequest
        {
            Version = Version,
            AllowVersionMismatch = AllowVersionMismatch,
            SkipHashCheck = SkipHashCheck,
            Member = Member,
            NoRejoin = NoRejoin,
            Credential = Credential.ToEtcdCredential(),
            SkipBackup = SkipBackup,
            RevisionBump = RevisionBump,
        };
        return Timeout is { } timeout ? request with { HealthTimeout = timeout } : request;
    }
}
