using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Maintenance.Corruption;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Re-creates a member that has lost its disk or whose data is damaged, on the same host. The member is removed from the cluster
/// and joins again as a learner without data. When it has caught up, it is promoted. The old data, if there is any, is moved
/// aside. The other members must form a quorum.
///
/// With -Reason Corruption, the data of all voters is compared first, at several revisions. The member is replaced only if its data
/// differs from that of the majority, or cannot be compared. Its data is kept beside the new data, in a folder that the output
/// names. After that, all data is compared again, the alarm CORRUPT is disarmed, and a write through every voter is proved.
/// </summary>
/// <example>
/// <code>Repair-EtcdMember n2 -Cluster prod</code>
/// <para>Re-creates the member n2 after its host was given a new disk.</para>
/// </example>
/// <example>
/// <code>Repair-EtcdMember n2 -Cluster prod -Reason Corruption</code>
/// <para>Replaces the member n2, whose data is damaged, and shows where its old data is kept.</para>
/// </example>
/// <example>
/// <code>Get-EtcdHealth prod -CheckHash | Where-Object HashConsistent -eq $false | Repair-EtcdMember -Reason Corruption -WhatIf</code>
/// <para>Compares the data of the members, and shows how those with other data would be replaced.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Repair, "EtcdMember", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = "Name")]
[OutputType(typeof(EtcdMember), typeof(EtcdCorruptionRepair))]
public sealed class RepairEtcdMemberCommand : MemberCmdlet
{
    /// <summary>
    /// Why the member is repaired. DataLost: its data is lost. Corruption: its data differs from that of the others. Default: DataLost.
    /// </summary>
    [Parameter]
    public MemberRepairReason Reason { get; set; }

    /// <summary>The file or folder to take etcd from, if the host has lost its programs too.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Package { get; set; }

    /// <summary>The URL of a mirror in the layout of the official releases.</summary>
    [Parameter]
    public Uri? PackageUrl { get; set; }

    /// <summary>How long the member may take to catch up: seconds or a TimeSpan. Default: 10 minutes.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    private protected override async Task ActAsync(EtcdCluster cluster, string member, CancellationToken stop)
    {
        var request = new RepairMemberRequest { Package = new PackageRequest { Path = PathOf(Package), BaseUrl = PackageUrl } };
        if (Timeout is { } timeout) request = request with { Timeout = timeout };
        if (Reason == MemberRepairReason.Corruption)
        {
            Operation<EtcdCorruptionRepair> replacement = await new CorruptionRepairer(Admin).PlanAsync(cluster, member, request, stop)
                .ConfigureAwait(false);
            EtcdCorruptionRepair? replaced = await CarryOutAsync(replacement, stop).ConfigureAwait(false);
            if (replaced is not null) await WriteAsync(replaced).ConfigureAwait(false);
            return;
        }

        Operation<EtcdMember> operation = await new MemberRepairer(Admin).PlanAsync(cluster, member, request, stop).ConfigureAwait(false);
        EtcdMember? repaired = await CarryOutAsync(operation, stop).ConfigureAwait(false);
        if (repaired is not null) await WriteAsync(repaired).ConfigureAwait(false);
    }
}
