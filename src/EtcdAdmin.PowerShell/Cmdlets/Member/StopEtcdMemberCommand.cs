using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Stops members, one after the other. On a host, they start again at the next boot. If stopping them would cost the
/// cluster its quorum, the command stops nothing, unless -Force is given.
/// </summary>
/// <example>
/// <code>Stop-EtcdMember demo-1 -Cluster demo</code>
/// <para>Stops one member. The other members continue to serve.</para>
/// </example>
/// <example>
/// <code>Stop-EtcdMember * -Cluster demo -Force</code>
/// <para>Stops the whole cluster.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Stop, "EtcdMember", SupportsShouldProcess = true, DefaultParameterSetName = "Name")]
[OutputType(typeof(EtcdMember))]
public sealed class StopEtcdMemberCommand : MemberActionCmdlet
{
    /// <summary>Stops members even if the cluster becomes unavailable.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Checks the effect of stopping all of them before the first is stopped.</summary>
    private protected override async Task ActOnAllAsync(EtcdCluster cluster, IReadOnlyList<string> members, CancellationToken stop)
    {
        if (Force) await WarnAsync(cluster, members, stop).ConfigureAwait(false);
        else if (members.Count > 1) await Operator.GuardQuorumAsync(cluster, members, stop).ConfigureAwait(false);
        await base.ActOnAllAsync(cluster, members, stop).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    private protected override async Task ActAsync(EtcdCluster cluster, string member, CancellationToken stop)
    {
        if (!Force) await Operator.GuardQuorumAsync(cluster, member, stop).ConfigureAwait(false);
        if (!await ShouldProcessAsync(Target(cluster, member), "Stop member").ConfigureAwait(false)) return;
        await Operator.StopAsync(cluster, member, stop).ConfigureAwait(false);
        await PassAsync(cluster, [member], stop).ConfigureAwait(false);
    }

    private async Task WarnAsync(EtcdCluster cluster, IReadOnlyList<string> members, CancellationToken stop)
    {
        if (await Operator.FindQuorumLossAsync(cluster, members, stop).ConfigureAwait(false) is not { } loss) return;
        string warning =
            $"Cluster '{cluster.Name}' does not serve without {string.Join(", ", members)}: {loss}. To start them again, run Start-EtcdMember.";
        await OnPipelineAsync(() => WriteWarning(warning)).ConfigureAwait(false);
    }
}
