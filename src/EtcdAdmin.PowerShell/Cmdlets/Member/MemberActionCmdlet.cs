using System.Management.Automation;
using EtcdAdmin.Clusters;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>What starting, stopping and restarting members have in common: asking, and reading them again.</summary>
public abstract class MemberActionCmdlet : MemberCmdlet
{
    private static readonly TimeSpan ReadTimeout = new HealthOptions().Timeout;

    /// <summary>Writes the member as it is afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected MemberOperator Operator => new(Admin);

    /// <summary>Asks, then does it.</summary>
    private protected abstract Task<bool> RunAsync(EtcdCluster cluster, string member, CancellationToken stop);

    private protected sealed override async Task ActAsync(EtcdCluster cluster, string member, CancellationToken stop)
    {
        bool done = await RunAsync(cluster, member, stop).ConfigureAwait(false);
        if (!done || !PassThru) return;
        IReadOnlyList<EtcdMember> members = await new MemberReader(Admin).ReadAsync(cluster, ReadTimeout, stop).ConfigureAwait(false);
        await WritePageAsync([.. members.Where(found => found.Name == member)]).ConfigureAwait(false);
    }
}
