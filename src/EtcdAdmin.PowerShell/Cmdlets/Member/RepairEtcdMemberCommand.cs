using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Gives a member that lost its disk, or whose data is damaged, a new life on the same host: it leaves the cluster, joins again
/// empty and without a vote, catches up, and gets its vote back. What data it has is moved aside.
/// </summary>
/// <example>
/// <code>Repair-EtcdMember n2 -Cluster prod</code>
/// <para>After a new disk was put into the host n2.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Repair, "EtcdMember", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = "Name")]
[OutputType(typeof(EtcdMember))]
public sealed class RepairEtcdMemberCommand : MemberCmdlet
{
    /// <summary>The file or folder to take etcd from if the host has lost it too.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Package { get; set; }

    /// <summary>A mirror in the layout of the official releases.</summary>
    [Parameter]
    public Uri? PackageUrl { get; set; }

    /// <summary>How long the member may take to catch up: seconds or a TimeSpan; by default 10 minutes.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    private protected override async Task ActAsync(EtcdCluster cluster, string member, CancellationToken stop)
    {
        var request = new RepairMemberRequest { Package = new PackageRequest { Path = PathOf(Package), BaseUrl = PackageUrl } };
        if (Timeout is { } timeout) request = request with { Timeout = timeout };
        Operation<EtcdMember> operation = await new MemberRepairer(Admin).PlanAsync(cluster, member, request, stop).ConfigureAwait(false);
        EtcdMember? repaired = await CarryOutAsync(operation, stop).ConfigureAwait(false);
        if (repaired is not null) await WriteAsync(repaired).ConfigureAwait(false);
    }
}
