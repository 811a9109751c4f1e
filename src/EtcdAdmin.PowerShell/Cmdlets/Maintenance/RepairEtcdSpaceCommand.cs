using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Maintenance.Space;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Brings a cluster back that has run out of space (the alarm NOSPACE): compacts its history, defragments its members one after the other, checks
/// that all databases are below their quotas, disarms the alarm, and proves that every voter accepts writes. Then it says how to keep it from
/// happening again. If the present keys alone fill the quota, the alarm stays armed, and the error says what to do. It also works before the alarm,
/// from four fifths of a quota on; below that it does nothing.
///
/// If members are down because their disks are full, they are started with the space that etcd reserves for its next log file, and restarted at the
/// end.
/// </summary>
/// <example>
/// <code>Repair-EtcdSpace prod -WhatIf</code>
/// <para>Shows the steps.</para>
/// </example>
/// <example>
/// <code>Repair-EtcdSpace prod</code>
/// <para>Makes space. Only the present values are kept, not the history.</para>
/// </example>
/// <example>
/// <code>Get-EtcdAlarm prod | Repair-EtcdSpace -Keep 5000</code>
/// <para>Makes space in a cluster with an alarm, and keeps the newest 5,000 revisions of the history.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Repair, "EtcdSpace", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(EtcdSpaceRepair))]
public sealed class RepairEtcdSpaceCommand : PlannedCmdlet
{
    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>How many of the newest revisions of the history are kept. Default: 1, only the present values.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long Keep { get; set; } = 1;

    /// <summary>
    /// Defragments the leader without moving the leadership away. Needed for a cluster with one voter.
    /// </summary>
    [Parameter]
    public SwitchParameter AllowLeader { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        var request = new SpaceRepairRequest { Keep = Keep, AllowLeader = AllowLeader };
        Operation<EtcdSpaceRepair> operation = await new SpaceRepairer(Admin).PlanAsync(cluster, request, stop).ConfigureAwait(false);
        if (operation.Plan.IsEmpty) await SayAsync($"Cluster {cluster.Name} has enough space; nothing to do.").ConfigureAwait(false);
        EtcdSpaceRepair? done = await CarryOutAnyAsync(operation, stop).ConfigureAwait(false);
        if (done is not null) await WriteAsync(done).ConfigureAwait(false);
    }
}
