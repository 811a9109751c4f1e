using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>Stops members, one after the other. Refuses before the first where the cluster would lose its quorum, unless forced.</summary>
/// <example>
/// <code>Stop-EtcdMember demo-1 -Cluster demo</code>
/// <para>Stops one member; the others go on serving.</para>
/// </example>
/// <example>
/// <code>Stop-EtcdMember * -Cluster demo -Force</code>
/// <para>Stops the whole cluster.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Stop, "EtcdMember", SupportsShouldProcess = true, DefaultParameterSetName = "Name")]
[OutputType(typeof(EtcdMember))]
public sealed class StopEtcdMemberCommand : MemberActionCmdlet
{
    /// <summary>Stops it even if the cluster then cannot serve.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>What all of them together cost is known before the first is stopped.</summary>
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
        string warning = $"Cluster '{cluster.Name}' does not serve without {string.Join(", ", members)}: {loss}. Start-EtcdMember starts them again.";
        await OnPipelineAsync(() => WriteWarning(warning)).ConfigureAwait(false);
    }
}
