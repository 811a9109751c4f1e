using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Errors;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Gets the members of a cluster and the state of each. Members that do not answer are listed too. Clusters from the pipeline are
/// read 16 at a time; the results are written in the order of the clusters.
/// </summary>
/// <example>
/// <code>Get-EtcdMember demo</code>
/// <para>Lists all members of the cluster demo.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCluster | Get-EtcdMember | Where-Object State -eq Leader</code>
/// <para>Lists the leaders of all saved clusters.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdMember")]
[OutputType(typeof(EtcdMember))]
public sealed class GetEtcdMemberCommand : ClustersCmdlet<IReadOnlyList<EtcdMember>>
{
    // As long as a health check waits by default.
    private static readonly TimeSpan DefaultTimeout = new HealthOptions().Timeout;

    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>Names of members. Wildcards are allowed. Default: all members.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(MemberNameCompleter))]
    [SupportsWildcards]
    public string[]? Name { get; set; }

    /// <summary>How long each member may take to answer: seconds or a TimeSpan. Default: 5 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken stop)
    {
        var reader = new MemberReader(Admin);
        return AskAsync(Cluster, (cluster, token) => reader.ReadAsync(cluster, Timeout ?? DefaultTimeout, token), stop);
    }

    private protected override async Task ShowAsync(IReadOnlyList<EtcdMember> found)
    {
        var wanted = new NamePatterns(Name);
        await WritePageAsync([.. found.Where(member => wanted.Match(member.Name))]).ConfigureAwait(false);
        string[] names = [.. found.Select(member => member.Name)];
        foreach (string missing in wanted.Missing(names))
            await WriteErrorAsync(NotFound(found[0].Cluster, missing, names)).ConfigureAwait(false); // a cluster has members
    }

    private static EtcdException NotFound(EtcdCluster cluster, string name, string[] names) =>
        new(EtcdErrorIds.MemberNotFound, $"Cluster '{cluster.Name}' has no member '{name}'.")
        {
            Target = name,
            NextStep = $"Its members are {string.Join(", ", names)}.",
        };
}
