using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>What the cmdlets that change members have in common: which members.</summary>
public abstract class MemberCmdlet : PlannedCmdlet
{
    private readonly List<(EtcdCluster Cluster, string Member)> _collected = [];

    /// <summary>The member, from Get-EtcdMember or Get-EtcdHealth.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Member")]
    public MemberReference Member { get; set; } = null!; // mandatory

    /// <summary>The cluster, as an object or by its name.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Name")]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>Names of its members; wildcards are allowed. Also ids and hosts, where it is one member that is meant.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Name")]
    [ArgumentCompleter(typeof(MemberNameCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = null!; // mandatory

    /// <summary>Whether all members have to be known before the first is acted on.</summary>
    private protected virtual bool InOrder => false;

    /// <inheritdoc/>
    protected sealed override async Task ProcessAsync(CancellationToken stop)
    {
        (EtcdCluster cluster, IEnumerable<string> members) = ParameterSetName == "Member"
            ? (Member.Cluster, [Member.Name])
            : await NamedAsync(stop).ConfigureAwait(false);
        if (InOrder) _collected.AddRange(members.Select(member => (cluster, member)));
        else await ForEachAsync(members, (member, token) => ActAsync(cluster, member, token), stop).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected sealed override Task EndAsync(CancellationToken stop) => ForEachAsync(
        _collected.GroupBy(item => item.Cluster.Name),
        (group, token) => ActOnAllAsync(group.First().Cluster, [.. group.Select(item => item.Member)], token),
        stop);

    /// <summary>Acts on members of one cluster that were collected; here on one after the other.</summary>
    private protected virtual async Task ActOnAllAsync(EtcdCluster cluster, IReadOnlyList<string> members, CancellationToken stop)
    {
        IReadOnlyList<string> ordered = await OrderAsync(cluster, members, stop).ConfigureAwait(false);
        await ForEachAsync(ordered, (member, token) => ActAsync(cluster, member, token), stop).ConfigureAwait(false);
    }

    /// <summary>Asks, then does it.</summary>
    private protected abstract Task ActAsync(EtcdCluster cluster, string member, CancellationToken stop);

    /// <summary>The order in which members of one cluster are acted on.</summary>
    private protected virtual Task<IReadOnlyList<string>> OrderAsync(EtcdCluster cluster, IReadOnlyList<string> members, CancellationToken stop) =>
        Task.FromResult(members);

    private protected static string Target(EtcdCluster cluster, string member) => $"member {member} of cluster {cluster.Name}";

    private async Task<(EtcdCluster Cluster, IEnumerable<string> Members)> NamedAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        return (cluster, Names(cluster));
    }

    /// <summary>What is not there is tried as well: then it is the core that says so, or that this cluster is not managed.</summary>
    private IEnumerable<string> Names(EtcdCluster cluster)
    {
        string[] known = [.. cluster.Spec?.Members.Select(member => member.Name) ?? []];
        var wanted = new NamePatterns(Name);
        return cluster.IsManaged ? [.. known.Where(wanted.Match), .. wanted.Missing(known)] : Name;
    }
}
