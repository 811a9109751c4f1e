using System.Management.Automation;
using EtcdAdmin.Access;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Shows what users may do: the permissions of all their roles, one per line. A user with the role root may read and write all keys. With
/// authentication on, your own user needs the role root. Roles that no user has are shown by Get-EtcdRole.
/// </summary>
/// <example>
/// <code>Get-EtcdPermission prod</code>
/// <para>Shows the permissions of all users.</para>
/// </example>
/// <example>
/// <code>Get-EtcdPermission prod -User app</code>
/// <para>Shows the permissions of one user.</para>
/// </example>
/// <example>
/// <code>Get-EtcdPermission prod | Where-Object Access -ne Read | Export-Csv who-may-write.csv</code>
/// <para>Lists everybody who may change keys.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdPermission")]
[OutputType(typeof(EtcdPermission))]
public sealed class GetEtcdPermissionCommand : ClustersCmdlet<IReadOnlyList<EtcdPermission>>
{
    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>Names of users. Wildcards are allowed. Default: all users.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [SupportsWildcards]
    public string[]? User { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken stop)
    {
        var wanted = new NamePatterns(User); // the next object from the pipeline may name other users
        return AskAsync(
            Cluster,
            async (cluster, token) =>
            [
                .. (await AccessReader.ReadPermissionsAsync(cluster, token).ConfigureAwait(false)).Where(
                    permission => wanted.Match(permission.User!)), // of users
            ],
            stop);
    }

    private protected override Task ShowAsync(IReadOnlyList<EtcdPermission> found) => WritePageAsync(found);
}
