using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>What starting, stopping and restarting members have in common: which members, asking, and reading them again.</summary>
public abstract class MemberActionCmdlet : AdminCmdlet
{
    private static readonly TimeSpan ReadTimeout = new HealthOptions().Timeout;

    /// <summary>The member, from Get-EtcdMember or Get-EtcdHealth.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Member")]
    public MemberReference Member { get; set; } = null!; // mandatory

    /// <summary>The cluster, as an object or by its name.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Name")]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>Names of its members; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Name")]
    [ArgumentCompleter(typeof(MemberNameCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = null!; // mandatory

    /// <summary>Writes the member as it is afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected MemberOperator Operator => new(Admin);

    /// <inheritdoc/>
    protected sealed override async Task ProcessAsync(CancellationToken stop)
    {
        if (ParameterSetName == "Member")
        {
            await ActAsync(Member.Cluster, Member.Name, stop).ConfigureAwait(false);
            return;
        }

        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        await ForEachAsync(Names(cluster), (name, token) => ActAsync(cluster, name, token), stop).ConfigureAwait(false);
    }

    /// <summary>Asks, then does it.</summary>
    private protected abstract Task<bool> RunAsync(EtcdCluster cluster, string member, CancellationToken stop);

    private protected static string Target(EtcdCluster cluster, string member) => $"member {member} of cluster {cluster.Name}";

    private async Task ActAsync(EtcdCluster cluster, string member, CancellationToken stop)
    {
        bool done = await RunAsync(cluster, member, stop).ConfigureAwait(false);
        if (!done || !PassThru) return;
        IReadOnlyList<EtcdMember> members = await new MemberReader(Admin).ReadAsync(cluster, ReadTimeout, stop).ConfigureAwait(false);
        await WritePageAsync([.. members.Where(found => found.Name == member)]).ConfigureAwait(false);
    }

    /// <summary>What is not there is tried as well: then it is the core that says so, or that this cluster is not managed.</summary>
    private IEnumerable<string> Names(EtcdCluster cluster)
    {
        string[] known = [.. cluster.Spec?.Members.Select(member => member.Name) ?? []];
        var wanted = new NamePatterns(Name);
        return cluster.IsManaged ? [.. known.Where(wanted.Match), .. wanted.Missing(known)] : Name;
    }
}
