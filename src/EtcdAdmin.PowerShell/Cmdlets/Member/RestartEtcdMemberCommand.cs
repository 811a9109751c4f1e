using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Restarts members, one after the other, each serving again before the next, the leader last. Refuses where the cluster would lose its quorum,
/// unless forced. Those that are stopped in a cluster that does not serve are started together.
/// </summary>
/// <example>
/// <code>Restart-EtcdMember * -Cluster demo</code>
/// <para>A rolling restart of the whole cluster.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Restart, "EtcdMember", SupportsShouldProcess = true, DefaultParameterSetName = "Name")]
[OutputType(typeof(EtcdMember))]
public sealed class RestartEtcdMemberCommand : MemberActionCmdlet
{
    // A member that is being stopped is started all the same, which takes as long as both do: systemd gives each 90 s by default.
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);

    /// <summary>Restarts it even if the cluster cannot serve meanwhile.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>How long a member has to serve again: seconds or a TimeSpan; by default 60 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Where the cluster does not serve, those that are stopped come first and together: one by one, the first would be waited for in vain.</summary>
    private protected override async Task ActOnAllAsync(EtcdCluster cluster, IReadOnlyList<string> members, CancellationToken stop)
    {
        IReadOnlyList<string> stopped = members.Count > 1 ? await Operator.FindStoppedAsync(cluster, members, stop).ConfigureAwait(false) : [];
        if (stopped.Count > 0)
            await StartTogetherAsync(cluster, stopped, "Restart member", Timeout, PlanExecutor.DefaultThrottleLimit, stop).ConfigureAwait(false);
        await base.ActOnAllAsync(cluster, [.. members.Except(stopped)], stop).ConfigureAwait(false);
    }

    /// <summary>The leader last: restarting it takes an election, and one is enough.</summary>
    private protected override async Task<IReadOnlyList<string>> OrderAsync(EtcdCluster cluster, IReadOnlyList<string> members, CancellationToken stop)
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
