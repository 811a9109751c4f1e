using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Plans;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Removes members from a cluster: moves leadership away first, refuses where the quorum would be lost, and clears the host, where
/// the data is moved aside. A member whose host is down can be removed too: run the same command again when the host is back, and it clears the host.
/// </summary>
/// <example>
/// <code>Remove-EtcdMember n3 -Cluster prod</code>
/// <para>Removes one member, by its name, its id or its host.</para>
/// </example>
/// <example>
/// <code>Get-EtcdMember prod | Where-Object State -eq Unreachable | Remove-EtcdMember</code>
/// <para>Removes those that do not answer.</para>
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
