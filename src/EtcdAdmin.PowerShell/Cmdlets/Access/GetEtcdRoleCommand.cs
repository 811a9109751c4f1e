using System.Management.Automation;
using EtcdAdmin.Access;
using EtcdAdmin.Errors;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Shows the roles of clusters, their permissions, and the users that have them. With authentication on, your own user needs the role root.
/// </summary>
/// <example>
/// <code>Get-EtcdRole prod</code>
/// <para>Shows all roles of one cluster.</para>
/// </example>
/// <example>
/// <code>(Get-EtcdRole prod app).Permissions</code>
/// <para>Shows the permissions of one role.</para>
/// </example>
/// <example>
/// <code>Get-EtcdRole prod | Where-Object { -not $_.Users }</code>
/// <para>Shows roles that no user has.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdRole")]
[OutputType(typeof(EtcdRole))]
public sealed class GetEtcdRoleCommand : ClustersCmdlet<IReadOnlyList<EtcdRole>>
{
    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>Names of roles. Wildcards are allowed. Default: all roles.</summary>
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
                await AccessReader.ReadRolesAsync(cluster, token).ConfigureAwait(false), role => role.Name,
                (missing, names) => new EtcdException(EtcdErrorIds.RoleNotFound, $"Cluster '{cluster.Name}' has no role '{missing}'.")
                {
                    Target = missing,
                    NextStep = names.Length == 0 ? "It has no roles." : $"Its roles are {string.Join(", ", names)}.",
                }),
            stop);
    }

    private protected override Task ShowAsync(IReadOnlyList<EtcdRole> found) => WritePageAsync(found);
}
