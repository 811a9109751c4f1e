using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Starts members and waits until they serve. The members of a cluster are started at the same time. Members that are already
/// running are not touched.
/// </summary>
/// <example>
/// <code>Start-EtcdMember demo-1 -Cluster demo</code>
/// <para>Starts one member.</para>
/// </example>
/// <example>
/// <code>Get-EtcdMember demo | Start-EtcdMember</code>
/// <para>Starts all stopped members, for instance after a reboot. A member that fails to start is reported as an error and does
/// not stop the others from starting.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Start, "EtcdMember", SupportsShouldProcess = true, DefaultParameterSetName = "Name")]
[OutputType(typeof(EtcdMember))]
public sealed class StartEtcdMemberCommand : MemberActionCmdlet
{
    /// <summary>How long each member may take to serve: seconds or a TimeSpan. Default: 60 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How many members are started at the same time, 1 to 256. Default: 16.</summary>
    [Parameter]
    [ValidateRange(1, 256)]
    public int ThrottleLimit { get; set; } = PlanExecutor.DefaultThrottleLimit;

    /// <inheritdoc/>
    private protected override Task ActAsync(EtcdCluster cluster, string member, CancellationToken stop) => ActOnAllAsync(cluster, [member], stop);

    /// <summary>All members together: in a stopped cluster, no member serves before others run too.</summary>
    private protected override Task ActOnAllAsync(EtcdCluster cluster, IReadOnlyList<string> members, CancellationToken stop) =>
        StartTogetherAsync(cluster, members, "Start member", Timeout, ThrottleLimit, stop);
}
