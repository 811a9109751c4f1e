using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>Moves the leadership of a cluster to another member, without waiting for an election timeout.</summary>
/// <example>
/// <code>Move-EtcdLeader prod</code>
/// <para>Moves the leadership to the member with the newest data.</para>
/// </example>
/// <example>
/// <code>Move-EtcdLeader prod -To n2</code>
/// <para>Moves the leadership to the member n2.</para>
/// </example>
[Cmdlet(VerbsCommon.Move, "EtcdLeader", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdMember))]
public sealed class MoveEtcdLeaderCommand : AdminCmdlet
{
    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The member that becomes the leader, by name, id or host. Default: the member with the newest data.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(MemberNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? To { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        var mover = new LeaderMover(Admin);
        LeaderMove move = await mover.PlanAsync(cluster, To, stop).ConfigureAwait(false);
        if (move.FromId == move.ToId
            || await ShouldProcessAsync($"cluster {cluster.Name}", $"Move leadership from {move.From} to {move.To}").ConfigureAwait(false))
            await WriteAsync(await mover.MoveAsync(move, stop).ConfigureAwait(false)).ConfigureAwait(false);
    }
}
