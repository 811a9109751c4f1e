using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.PowerShell.Arguments;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>Starts members and waits until they serve; those that run already are left alone.</summary>
/// <example>
/// <code>Start-EtcdMember demo-1 -Cluster demo</code>
/// <para>Starts one member.</para>
/// </example>
/// <example>
/// <code>Get-EtcdMember demo | Start-EtcdMember</code>
/// <para>Starts all members that are stopped, for instance after a reboot.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Start, "EtcdMember", SupportsShouldProcess = true, DefaultParameterSetName = "Name")]
[OutputType(typeof(EtcdMember))]
public sealed class StartEtcdMemberCommand : MemberActionCmdlet
{
    /// <summary>How long a member has to serve: seconds or a TimeSpan; by default 60 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    private protected override async Task<bool> RunAsync(EtcdCluster cluster, string member, CancellationToken stop)
    {
        if (!await ShouldProcessAsync(Target(cluster, member), "Start member").ConfigureAwait(false)) return false;
        await Operator.StartAsync(cluster, member, Timeout, stop).ConfigureAwait(false);
        return true;
    }
}
