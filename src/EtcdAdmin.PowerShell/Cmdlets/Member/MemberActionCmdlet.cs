using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Errors;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// What starting, stopping and restarting members share: all members are collected first, and they can be returned afterwards.
/// </summary>
public abstract class MemberActionCmdlet : MemberCmdlet
{
    private static readonly TimeSpan ReadTimeout = new HealthOptions().Timeout;

    /// <summary>Returns each member. By default the command returns nothing.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected MemberOperator Operator => new(Admin);

    private protected sealed override bool InOrder => true;

    /// <summary>
    /// Asks for each member, then starts all of them at the same time and waits for them. A member that fails becomes an error of
    /// its own.
    /// </summary>
    private protected async Task StartTogetherAsync(
        EtcdCluster cluster, IReadOnlyList<string> members, string action, TimeSpan timeout, int throttleLimit, CancellationToken stop)
    {
        var agreed = new List<string>();
        foreach (string member in members)
        {
            if (await ShouldProcessAsync(Target(cluster, member), action).ConfigureAwait(false)) agreed.Add(member);
        }

        IReadOnlyList<MemberStart> starts = await Operator.StartAsync(cluster, agreed, timeout, throttleLimit, stop).ConfigureAwait(false);
        foreach (EtcdException error in starts.Select(start => start.Error).OfType<EtcdException>())
            await WriteErrorAsync(error).ConfigureAwait(false);
        foreach (MemberStart alone in starts.Where(start => start.LacksQuorum))
        {
            await OnPipelineAsync(() =>
                WriteWarning(
                    $"Member {alone.Member} runs but does not serve, because cluster '{cluster.Name}' has no quorum. Start the other members as "
                        + $"well (Start-EtcdMember * -Cluster {cluster.Name}).")).ConfigureAwait(false);
        }

        await PassAsync(cluster, [.. starts.Where(start => start.Error is null).Select(start => start.Member)], stop).ConfigureAwait(false);
    }

    /// <summary>With -PassThru, returns the current state of members, in the order given.</summary>
    private protected async Task PassAsync(EtcdCluster cluster, IReadOnlyList<string> members, CancellationToken stop)
    {
        if (!PassThru || members.Count == 0) return;
        IReadOnlyList<EtcdMember> found = await new MemberReader(Admin).ReadAsync(cluster, ReadTimeout, stop).ConfigureAwait(false);
        await WritePageAsync([.. members.SelectMany(member => found.Where(known => known.Name == member))]).ConfigureAwait(false);
    }
}
