using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Recovery.Restore;
using EtcdAdmin.Snapshots.Formats.Encryption;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Puts the data of a snapshot in place of a cluster's data, on all its members, and proves that it is there. The cluster does not
/// serve meanwhile. Its old data is moved aside, and put back if anything fails. Run again after an interruption it carries on.
/// </summary>
/// <example>
/// <code>Restore-EtcdSnapshot ./backups/etcd-snapshot-2026-01-31-04.00.00.db -Cluster copy</code>
/// <para>Restores a file into the cluster copy, after showing what will be done and asking.</para>
/// </example>
/// <example>
/// <code>Restore-EtcdSnapshot ./backups -Cluster prod</code>
/// <para>Restores the newest snapshot of prod in the folder that is whole, and says which were passed over.</para>
/// </example>
/// <example>
/// <code>Save-EtcdSnapshot prod | Restore-EtcdSnapshot -Cluster new -Confirm:$false | Add-EtcdMember n4, n5</code>
/// <para>Moves a cluster to other hosts: the new one was installed before, gets the data, and grows.</para>
/// </example>
/// <example>
/// <code>$restore = Restore-EtcdSnapshot ./backups -Cluster prod; $restore.Backup | Format-List HostName, Path, Sha256, RollBackScript</code>
/// <para>Where the data from before lies now, and the script on each host that rolls back without PowerShell.</para>
/// </example>
/// <example>
/// <code>$restore = Restore-EtcdSnapshot ./backups -Cluster prod; $restore | Undo-EtcdRestore</code>
/// <para>Brings the data, the members and the settings back that the cluster had before.</para>
/// </example>
[Cmdlet(VerbsData.Restore, "EtcdSnapshot", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(EtcdRestore))]
public sealed class RestoreEtcdSnapshotCommand : SnapshotCmdlet
{
    /// <summary>
    /// The snapshot file, in any form: plain, gzip, zip, tar.gz, encrypted; or a folder, which stands for the cluster's newest in it that is whole.
    /// Save-EtcdSnapshot and Get-ChildItem pass it on.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = null!; // mandatory

    /// <summary>The cluster to restore into, as an object or by its name. Its hosts are managed from here.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The version of etcd that it was taken from, which not every file tells; Save-EtcdSnapshot passes it on.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public EtcdVersion? Version { get; set; }

    /// <summary>Restores to this one member, by name; the others then join it again one by one, empty at first.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(MemberNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Member { get; set; }

    /// <summary>With -Member: leaves the cluster at that one. Data, configuration and keys of the others are put aside; Add-EtcdMember makes them join later.</summary>
    [Parameter]
    public SwitchParameter NoRejoin { get; set; }

    /// <summary>A user of the snapshot's with the role root, where authentication was enabled when it was taken; it proves what the cluster holds then.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>Deletes the old data once the new is proved, instead of keeping it beside.</summary>
    [Parameter]
    public SwitchParameter SkipBackup { get; set; }

    /// <summary>Accepts a snapshot of another minor version of etcd.</summary>
    [Parameter]
    public SwitchParameter AllowVersionMismatch { get; set; }

    /// <summary>Accepts a file without its SHA-256 at the end, as a copy of a stopped member's database is. The archives of older tools need no leave.</summary>
    [Parameter]
    public SwitchParameter SkipHashCheck { get; set; }

    /// <summary>By how much revisions are raised above the snapshot's; by default enough that watchers never see them go back. 0 raises nothing.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long? RevisionBump { get; set; }

    /// <summary>How long the members have to become healthy: seconds or a TimeSpan; by default 60 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        SnapshotSecrets secrets = await SecretsAsync(stop).ConfigureAwait(false);
        RestoreSource source = await RestoreSource.OpenAsync(PathOf(Path)!, cluster, secrets, SkipHashCheck, CoreEvents, stop).ConfigureAwait(false); // null only for null
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
