using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Restarts members, one after the other, the leader last. Each member must serve again before the next is restarted. The command
/// refuses if the cluster would lose its quorum, unless -Force is given. If the cluster has no quorum, all its stopped members
/// are first started at the same time.
/// </summary>
/// <example>
/// <code>Restart-EtcdMember * -Cluster demo</code>
/// <para>Restarts all members of a cluster, one after the other.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Restart, "EtcdMember", SupportsShouldProcess = true, DefaultParameterSetName = "Name")]
[OutputType(typeof(EtcdMember))]
public sealed class RestartEtcdMemberCommand : MemberActionCmdlet
{
    // After a signal, a member that is being stopped is still started again. Stopping and starting take up to 90 s each by
    // default.
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);

    /// <summary>Restarts members even if the cluster is unavailable in the meantime.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>How long each member may take to serve again: seconds or a TimeSpan. Default: 60 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// If the cluster does not serve, its stopped members are started first and together: one by one, the first would never
    /// serve.
    /// </summary>
    private protected override async Task ActOnAllAsync(EtcdCluster cluster, IReadOnlyList<string> members, CancellationToken stop)
    {
        IReadOnlyList<string> stopped = members.Count > 1 ? await Operator.FindStoppedAsync(cluster, members, stop).ConfigureAwait(false) : [];
        if (stopped.Count > 0)
            await StartTogetherAsync(cluster, stopped, "Restart member", Timeout, PlanExecutor.DefaultThrottleLimit, stop).ConfigureAwait(false);
        await base.ActOnAllAsync(cluster, [.. members.Except(stopped)], stop).ConfigureAwait(false);
    }

    /// <summary>The leader comes last: its restart causes an election, and one election is enough.</summary>
    private protected override async Task<IReadOnlyList<string>> OrderAsync(
        EtcdCluster cluster, IReadOnlyList<string> members, CancellationToken stop)
    {
        string? leader = await MemberReader.FindLeaderAsync(cluster, stop).ConfigureAwait(false);
        return [.. members.OrderBy(member => member == leader)];
    }

    /// <inheritdoc/>
    private protected override async Task ActAsync(EtcdCluster cluster, string member, CancellationToken stop)
    {
        if (!Force) await Operator.GuardQuorumAsync(cluster, member, stop).ConfigureAwait(false);
        if (!await ShouldProcessAsync(Target(cluster, member), "Restart member").ConfigureAwait(false)) return;
        using (SignalHold.Begin(StopProcessing, StartLimit)) await Operator.RestartAsync(cluster, member, Timeout, stop).ConfigureAwait(false);
        await PassAsync(cluster, [member], stop).ConfigureAwait(false);
    }
}
