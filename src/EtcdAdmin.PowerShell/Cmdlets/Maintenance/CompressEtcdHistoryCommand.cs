using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Maintenance.History;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Compacts the history of a cluster: the old versions of all keys before a revision are deleted, and deleted keys with them. Their space can be used
/// again; Optimize-EtcdMember releases it to the disk. This cannot be undone: older revisions can no longer be read, and watches that start there end
/// with an error. Present values are never touched.
/// </summary>
/// <example>
/// <code>Compress-EtcdHistory prod -Keep 10000</code>
/// <para>Keeps the newest 10,000 revisions.</para>
/// </example>
/// <example>
/// <code>Compress-EtcdHistory prod -Physical</code>
/// <para>Deletes the whole history and waits until all members have deleted it from their databases.</para>
/// </example>
/// <example>
/// <code>Compress-EtcdHistory prod -Revision 250000 -WhatIf</code>
/// <para>Shows what would be deleted: all history before revision 250,000.</para>
/// </example>
/// <example>
/// <code>Compress-EtcdHistory prod -OlderThan 1.00:00:00</code>
/// <para>Keeps the history of the last day. The revision of that time is found in the recorded health (Get-EtcdHealthHistory).</para>
/// </example>
/// <example>
/// <code>Compress-EtcdHistory prod -OlderThan 7.00:00:00 -SnapshotPath /srv/backups -WhatIf</code>
/// <para>Shows what would be deleted if a week is kept. The snapshots in the folder show which revision the cluster had when they were saved.</para>
/// </example>
[Cmdlet(VerbsData.Compress, "EtcdHistory", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = "Keep")]
[OutputType(typeof(EtcdCompaction))]
public sealed class CompressEtcdHistoryCommand : PlannedCmdlet
{
    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The oldest revision that is kept.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Revision")]
    [ValidateRange(1, long.MaxValue)]
    public long Revision { get; set; }

    /// <summary>How many of the newest revisions are kept. Default: 1, only the present values.</summary>
    [Parameter(ParameterSetName = "Keep")]
    [ValidateRange(1, long.MaxValue)]
    public long Keep { get; set; } = 1;

    /// <summary>
    /// The age of the history that is kept: seconds or a TimeSpan. etcd does not save the times of revisions, so the command uses the newest recorded
    /// revision that is at least as old: from the records of Get-EtcdHealth and, with -SnapshotPath, from snapshots. It may keep more than the age,
    /// but not less. Records of an earlier cluster of the same name do not count.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = "OlderThan")]
    [Seconds]
    public TimeSpan OlderThan { get; set; }

    /// <summary>A folder with snapshots of the cluster. Their manifests have times and revisions; the snapshots themselves are not read.</summary>
    [Parameter(ParameterSetName = "OlderThan")]
    [ValidateNotNullOrEmpty]
    public string? SnapshotPath { get; set; }

    /// <summary>Waits until all members have deleted the history from their databases. Without it, they do that in the background.</summary>
    [Parameter]
    public SwitchParameter Physical { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        CompactionRequest request = ParameterSetName switch
        {
            "Revision" => new CompactionRequest { Revision = Revision, Physical = Physical },
            "OlderThan" => new CompactionRequest { OlderThan = OlderThan, SnapshotFolder = PathOf(SnapshotPath), Physical = Physical },
            _ => new CompactionRequest { Keep = Keep, Physical = Physical },
        };
        Operation<EtcdCompaction> operation = await new HistoryCompactor(Admin).PlanAsync(cluster, request, stop).ConfigureAwait(false);
        EtcdCompaction? done = await CarryOutAnyAsync(operation, stop).ConfigureAwait(false);
        if (done is not null) await WriteAsync(done).ConfigureAwait(false);
    }
}
