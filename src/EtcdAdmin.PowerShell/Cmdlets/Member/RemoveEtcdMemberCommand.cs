using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Plans;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Removes members from a cluster and uninstalls etcd from their hosts. The command moves the leadership away first, and refuses
/// if the cluster would lose its quorum. The data on the host is moved aside, not deleted. You can remove a member whose host is
/// down. When the host is back, run the same command again to uninstall etcd there.
/// </summary>
/// <example>
/// <code>Remove-EtcdMember n3 -Cluster prod</code>
/// <para>Removes one member, given by name, id or host.</para>
/// </example>
/// <example>
/// <code>Get-EtcdMember prod | Where-Object State -eq Unreachable | Remove-EtcdMember</code>
/// <para>Removes the members that do not answer. First make sure that their hosts are really lost: a member may only be
/// unreachable from this machine.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "EtcdMember", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = "Name")]
public sealed class RemoveEtcdMemberCommand : MemberCmdlet
{
    /// <inheritdoc/>
    private protected override async Task ActAsync(EtcdCluster cluster, string member, CancellationToken stop)
    {
        Operation<EtcdCluster> operation = await new MemberRemover(Admin).PlanAsync(cluster, member, stop).ConfigureAwait(false);
        await CarryOutAsync(operation, stop).ConfigureAwait(false);
    }
}
