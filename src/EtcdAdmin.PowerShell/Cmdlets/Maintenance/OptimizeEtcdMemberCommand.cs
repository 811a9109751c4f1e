using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Maintenance.Defragmentation;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Defragments members: their databases release free space to the disk. A member does not serve meanwhile, so the members come one after the other,
/// the leader last, and the leadership moves away from it before. Each member must have caught up before the next.
///
/// The command refuses if another member does not serve, and if a disk has no room for the copy that etcd writes. Members that would release less
/// than -MinimumGainPercent and -MinimumGainBytes are left alone, and so are learners, which etcd does not defragment; the output says so. Deleted
/// keys and old versions count as in use until the history is compacted: see Compress-EtcdHistory.
/// </summary>
/// <example>
/// <code>Optimize-EtcdMember * -Cluster prod</code>
/// <para>Defragments all members that would release at least 10 % of their database.</para>
/// </example>
/// <example>
/// <code>Get-EtcdHealth prod | Where-Object { $_.DbSizeBytes - $_.DbSizeInUseBytes -gt 1GB } | Optimize-EtcdMember</code>
/// <para>Defragments the members with more than 1 GB of free space in their database.</para>
/// </example>
/// <example>
/// <code>Optimize-EtcdMember n1 -Cluster demo -MinimumGainPercent 0 -AllowLeader</code>
/// <para>Defragments one member in any case, also while it leads.</para>
/// </example>
[Cmdlet(VerbsCommon.Optimize, "EtcdMember", SupportsShouldProcess = true, DefaultParameterSetName = "Name")]
[OutputType(typeof(EtcdDefragmentation))]
public sealed class OptimizeEtcdMemberCommand : MemberCmdlet
{
    /// <summary>
    /// Defragments the leader without moving the leadership away. Writes wait meanwhile, or until the others have elected a new leader. Needed for a
    /// cluster with one voter.
    /// </summary>
    [Parameter]
    public SwitchParameter AllowLeader { get; set; }

    /// <summary>The least part of its database that a member must release, 0 to 100. Default: 10.</summary>
    [Parameter]
    [ValidateRange(0, 100)]
    public int MinimumGainPercent { get; set; } = DefragmentRequest.UsualGainPercent;

    /// <summary>The least number of bytes that a member must release, for instance 100MB. Default: 0.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long MinimumGainBytes { get; set; }

    /// <summary>
    /// How long each member may take: seconds or a TimeSpan. A member that takes longer continues, and the command stops. Default: 1 minute, and 1 s
    /// for every 4 MB of its database.
    /// </summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    private protected override bool InOrder => true;

    /// <inheritdoc/>
    private protected override async Task ActOnAllAsync(EtcdCluster cluster, IReadOnlyList<string> members, CancellationToken stop)
    {
        var request = new DefragmentRequest
        {
            Members = members.Contains("*") ? [] : members,
            AllowLeader = AllowLeader,
            MinimumGainPercent = MinimumGainPercent,
            MinimumGainBytes = MinimumGainBytes,
            TimeLimit = Timeout,
        };
        Operation<IReadOnlyList<EtcdDefragmentation>> operation =
            await new MemberOptimizer(Admin).PlanAsync(cluster, request, stop).ConfigureAwait(false);
        IReadOnlyList<EtcdDefragmentation>? done = await CarryOutAnyAsync(operation, stop).ConfigureAwait(false);
        if (done is not null) await WritePageAsync(done).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    private protected override Task ActAsync(EtcdCluster cluster, string member, CancellationToken stop) => ActOnAllAsync(cluster, [member], stop);
}
