using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Access;

/// <summary>Reads who may do what in a cluster. With authentication on, this needs a user with the role root.</summary>
public static class AccessReader
{
    /// <summary>The role that may do everything (<c>server/auth/store.go</c>, rootRole).</summary>
    private const string RootRole = "root";

    /// <summary>The users, by name.</summary>
    /// <param name="cluster">Any cluster.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">PermissionDenied, AuthFailed; the cluster does not answer.</exception>
    public static async Task<IReadOnlyList<EtcdUser>> ReadUsersAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        AuthClient auth = cluster.Client.Auth;
        IReadOnlyList<string> names = await auth.ListUsersAsync(cancellationToken).ConfigureAwait(false);
        EtcdUser?[] users = await Task.WhenAll(names.Select(name => FindUserAsync(cluster, name, cancellationToken))).ConfigureAwait(false);
        return [.. users.OfType<EtcdUser>().OrderBy(user => user.Name, StringComparer.Ordinal)];
    }

    /// <summary>The roles, by name.</summary>
    /// <param name="cluster">Any cluster.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">As above.</exception>
    public static async Task<IReadOnlyList<EtcdRole>> ReadRolesAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        IReadOnlyList<EtcdUser> users = await ReadUsersAsync(cluster, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string> names = await cluster.Client.Auth.ListRolesAsync(cancellationToken).ConfigureAwait(false);
        EtcdRole?[] roles = await Task.WhenAll(names.Select(async name =>
            await FindPermissionsAsync(cluster, name, cancellationToken).ConfigureAwait(false) is { } permissions
                ? new EtcdRole
                {
                    Cluster = cluster,
                    Name = name,
                    Permissions = permissions,
                    Users = [.. users.Where(user => user.Roles.Contains(name)).Select(user => user.Name)],
                }
                : null)).ConfigureAwait(false);
        return [.. roles.OfType<EtcdRole>().OrderBy(role => role.Name, StringComparer.Ordinal)];
    }

    /// <summary>The effective permissions of users: those of all their roles.</summary>
    /// <param name="cluster">Any cluster.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">As above.</exception>
    public static async Task<IReadOnlyList<EtcdPermission>> ReadPermissionsAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        IReadOnlyList<EtcdRole> roles = await ReadRolesAsync(cluster, cancellationToken).ConfigureAwait(false);
        return
        [
            .. roles.SelectMany(role => role.Users.SelectMany(user => Effective(role).Select(permission => permission with { User = user })))
                .OrderBy(permission => permission.User, StringComparer.Ordinal).ThenBy(permission => permission.Role, StringComparer.Ordinal),
        ];
    }

    /// <summary>Whether the roles of a user allow it to read or write keys.</summary>
    /// <param name="cluster">Any cluster.</param>
    /// <param name="user">The user.</param>
    /// <param name="access">What for.</param>
    /// <param name="range">The keys.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">UserNotFound. Otherwise as above.</exception>
    public static async Task<EtcdPermissionTest> TestAsync(
        EtcdCluster cluster, string user, PermissionType access, KeyRange range, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentException.ThrowIfNullOrEmpty(user);
        IReadOnlyList<string> roles = await cluster.Client.Auth.GetUserRolesAsync(user, cancellationToken).ConfigureAwait(false);
        var granted = new List<EtcdPermission>();
        foreach (string role in roles)
        {
            granted.AddRange(Effective(new EtcdRole
            {
                Cluster = cluster,
                Name = role,
                Users = [user],
                Permissions = await FindPermissionsAsync(cluster, role, cancellationToken).ConfigureAwait(false) ?? [],
            }));
        }

        PermissionType[] wanted = access == PermissionType.ReadWrite ? [PermissionType.Read, PermissionType.Write] : [access];
        PermissionType[] refused =
        [
            .. wanted.Where(one => !KeyCover.Has(
                granted.Where(permission => Allows(permission.Access, one)).Select(permission => permission.Range), range)),
        ];
        string keys = KeyRangeText.Show(range);
        bool? enforced = await FindEnforcedAsync(cluster, cancellationToken).ConfigureAwait(false);
        return new EtcdPermissionTest
        {
            Cluster = cluster,
            User = user,
            Access = access,
            Keys = keys,
            Allowed = refused.Length == 0,
            Enforced = enforced,
            Reason = Reason(user, roles, granted, refused, keys)
                + (enforced == false ? " Authentication is off, so every client may do everything now." : ""),
        };
    }

    private static string Reason(
        string user, IReadOnlyList<string> roles, IReadOnlyList<EtcdPermission> granted, PermissionType[] refused, string keys)
    {
        if (roles.Count == 0) return $"User '{user}' has no role.";
        string names = string.Join(", ", roles.Select(role => $"'{role}'"));
        string what = $"{(roles.Count == 1 ? "Role" : "Roles")} {names} of user '{user}'";
        if (refused.Length == 0) return $"{what} {(roles.Count == 1 ? "allows" : "allow")} it.";
        string missing = string.Join(" and ", refused.Select(one => one == PermissionType.Read ? "reading" : "writing"));
        string has = granted.Count == 0 ? "no permissions" : string.Join(", ", granted.Select(permission => permission.ToString()));
        return $"{what} {(roles.Count == 1 ? "does" : "do")} not allow {missing} {keys}: {has}.";
    }

    // The role root has no permissions in etcd's list, and may do everything.
    private static IEnumerable<EtcdPermission> Effective(EtcdRole role) => role.Name != RootRole ? role.Permissions :
    [
        new EtcdPermission
        {
            Cluster = role.Cluster,
            Role = role.Name,
            Access = PermissionType.ReadWrite,
            Keys = KeyRangeText.Show(KeyRange.All),
            Range = KeyRange.All,
        },
    ];

    private static bool Allows(PermissionType granted, PermissionType wanted) => granted == PermissionType.ReadWrite || granted == wanted;

    private static async Task<EtcdUser?> FindUserAsync(EtcdCluster cluster, string name, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<string> roles = await cluster.Client.Auth.GetUserRolesAsync(name, cancellationToken).ConfigureAwait(false);
            return new EtcdUser { Cluster = cluster, Name = name, Roles = roles, IsRoot = roles.Contains(RootRole) };
        }
        catch (EtcdRpcException e) when (e.Error == EtcdError.UserNotFound)
        {
            return null; // deleted meanwhile
        }
    }

    private static async Task<IReadOnlyList<EtcdPermission>?> FindPermissionsAsync(
        EtcdCluster cluster, string role, CancellationToken cancellationToken)
    {
        try
        {
            return
            [
                .. (await cluster.Client.Auth.GetRoleAsync(role, cancellationToken).ConfigureAwait(false)).Select(permission => new EtcdPermission
                {
                    Cluster = cluster,
                    Role = role,
                    Access = permission.Type,
                    Keys = KeyRangeText.Show(permission.Range),
                    Range = permission.Range,
                }),
            ];
        }
        catch (EtcdRpcException e) when (e.Error == EtcdError.RoleNotFound)
        {
            return null; // deleted meanwhile
        }
    }

    private static async Task<bool?> FindEnforcedAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        try
        {
            return (await cluster.Client.Auth.StatusAsync(cancellationToken).ConfigureAwait(false)).Enabled;
        }
        catch (EtcdRpcException e) when (e.ErrorId == EtcdErrorIds.NotSupported)
        {
            return null;
        }
    }
}
