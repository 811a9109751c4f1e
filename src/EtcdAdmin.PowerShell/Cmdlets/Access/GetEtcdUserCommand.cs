using System.Management.Automation;
using EtcdAdmin.Access;
using EtcdAdmin.Errors;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Shows the users of clusters and their roles. With authentication on, your own user needs the role root.
/// </summary>
/// <example>
/// <code>Get-EtcdUser prod</code>
/// <para>Shows all users of one cluster.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCluster | Get-EtcdUser | Where-Object IsRoot</code>
/// <para>Shows who may do everything in which cluster.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdUser")]
[OutputType(typeof(EtcdUser))]
public sealed class GetEtcdUserCommand : ClustersCmdlet<IReadOnlyList<EtcdUser>>
{
    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>Names of users. Wildcards are allowed. Default: all users.</summary>
    [Parameter(Position = 1)]
    [SupportsWildcards]
    public string[]? Name { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken stop)
    {
        var wanted = new NamePatterns(Name);
        return AskAsync(
            Cluster,
            async (cluster, token) => wanted.Choose(
                await AccessReader.ReadUsersAsync(cluster, token).ConfigureAwait(false), user => user.Name,
                (missing, names) => new EtcdException(EtcdErrorIds.UserNotFound, $"Cluster '{cluster.Name}' has no user '{missing}'.")
                {
                    Target = missing,
                    NextStep = names.Length == 0 ? "It has no users." : $"Its users are {string.Join(", ", names)}.",
                }),
            stop);
    }

    private protected override Task ShowAsync(IReadOnlyList<EtcdUser> found) => WritePageAsync(found);
}
