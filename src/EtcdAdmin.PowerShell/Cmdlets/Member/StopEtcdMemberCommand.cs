using System.Management.Automation;
using EtcdAdmin.Clusters;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>Stops members. Refuses where the cluster would lose its quorum, unless forced.</summary>
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

    /// <inheritdoc/>
    private protected override async Task<bool> RunAsync(EtcdCluster cluster, string member, CancellationToken stop)
    {
        if (!Force) await Operator.GuardQuorumAsync(cluster, member, stop).ConfigureAwait(false);
        if (!await ShouldProcessAsync(Target(cluster, member), "Stop member").ConfigureAwait(false)) return false;
        await Operator.StopAsync(cluster, member, stop).ConfigureAwait(false);
        return true;
    }
}
