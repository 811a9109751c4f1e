using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>Starts members, those of one cluster all at once, and waits until they serve; those that run already are left alone.</summary>
/// <example>
/// <code>Start-EtcdMember demo-1 -Cluster demo</code>
/// <para>Starts one member.</para>
/// </example>
/// <example>
/// <code>Get-EtcdMember demo | Start-EtcdMember</code>
/// <para>Starts all members that are stopped, for instance after a reboot. One that fails is an error of its own and keeps no other from serving.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Start, "EtcdMember", SupportsShouldProcess = true, DefaultParameterSetName = "Name")]
[OutputType(typeof(EtcdMember))]
public sealed class StartEtcdMemberCommand : MemberActionCmdlet
{
    /// <summary>How long a member has to serve: seconds or a TimeSpan; by default 60 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How many members are started at once; all are waited for together.</summary>
    [Parameter]
    [ValidateRange(1, 256)]
    public int ThrottleLimit { get; set; } = PlanExecutor.DefaultThrottleLimit;

    /// <inheritdoc/>
    private protected override Task ActAsync(EtcdCluster cluster, string member, CancellationToken stop) => ActOnAllAsync(cluster, [member], stop);

    /// <summary>Together, as in a cluster that is stopped none serves before others run, too.</summary>
    private protected override Task ActOnAllAsync(EtcdCluster cluster, IReadOnlyList<string> members, CancellationToken stop) =>
        StartTogetherAsync(cluster, members, "Start member", Timeout, ThrottleLimit, stop);
}
