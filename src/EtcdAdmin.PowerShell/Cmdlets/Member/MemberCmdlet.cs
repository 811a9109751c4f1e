using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>What the cmdlets that change members share: the parameters that select members.</summary>
public abstract class MemberCmdlet : PlannedCmdlet
{
    private readonly List<(EtcdCluster Cluster, string Member)> _collected = [];

    /// <summary>The member: an object from Get-EtcdMember or Get-EtcdHealth.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Member")]
    public MemberReference Member { get; set; } = null!; // mandatory

    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Name")]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>Names of members. Wildcards are allowed. The id or host of a single member works too.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Name")]
    [ArgumentCompleter(typeof(MemberNameCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = null!; // mandatory

    /// <summary>Whether all members must be known before the first is acted on.</summary>
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

    /// <summary>Acts on the collected members of one cluster; by default on one after the other.</summary>
    private protected virtual async Task ActOnAllAsync(EtcdCluster cluster, IReadOnlyList<string> members, CancellationToken stop)
    {
        IReadOnlyList<string> ordered = await OrderAsync(cluster, members, stop).ConfigureAwait(false);
        await ForEachAsync(ordered, (member, token) => ActAsync(cluster, member, token), stop).ConfigureAwait(false);
    }

    /// <summary>Asks for confirmation, then acts on one member.</summary>
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

    /// <summary>
    /// Names that match no member are tried as well: the core reports them as not found, or the cluster as not managed.
    /// </summary>
    private IEnumerable<string> Names(EtcdCluster cluster)
    {
        string[] known = [.. cluster.Spec?.Members.Select(member => member.Name) ?? []];
        var wanted = new NamePatterns(Name);
        return cluster.IsManaged ? [.. known.Where(wanted.Match), .. wanted.Missing(known)] : Name;
    }
}
