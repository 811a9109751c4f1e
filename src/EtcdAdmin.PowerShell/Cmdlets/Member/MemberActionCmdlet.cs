using System.Management.Automation;
using EtcdAdmin.Clusters;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>What starting, stopping and restarting members have in common: all members are known first, and they can be read again.</summary>
public abstract class MemberActionCmdlet : MemberCmdlet
{
    private static readonly TimeSpan ReadTimeout = new HealthOptions().Timeout;

    /// <summary>Writes the member as it is afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected MemberOperator Operator => new(Admin);

    private protected sealed override bool InOrder => true;

    /// <summary>Writes members as they are now, in the order given, where that is asked for.</summary>
    private protected async Task PassAsync(EtcdCluster cluster, IReadOnlyList<string> members, CancellationToken stop)
    {
        if (!PassThru || members.Count == 0) return;
        IReadOnlyList<EtcdMember> found = await new MemberReader(Admin).ReadAsync(cluster, ReadTimeout, stop).ConfigureAwait(false);
        await WritePageAsync([.. members.SelectMany(member => found.Where(known => known.Name == member))]).ConfigureAwait(false);
    }
}
