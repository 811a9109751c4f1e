using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Client.Rpc;
using Wire = Etcdserverpb;

namespace EtcdAdmin.Client;

/// <summary>Authentication, users and roles. With authentication on, all calls need the role root.</summary>
public sealed class AuthClient
{
    private readonly EtcdCaller _caller;

    internal AuthClient(EtcdCaller caller) => _caller = caller;

    /// <summary>Turns authentication on: from then on every call needs a user. The user root with the role root must exist.</summary>
    /// <exception cref="EtcdRpcException">RootUserNotExist, RootRoleNotExist, or the call failed.</exception>
    public Task EnableAsync(CancellationToken cancellationToken = default) =>
        _caller.UnaryAsync(EtcdMethods.AuthEnable, new Wire.AuthEnableRequest(), cancellationToken);

    /// <summary>Turns authentication off: every client that can connect has all permissions.</summary>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public Task DisableAsync(CancellationToken cancellationToken = default) =>
        _caller.UnaryAsync(EtcdMethods.AuthDisable, new Wire.AuthDisableRequest(), cancellationToken);

    /// <summary>Whether authentication is on; since etcd 3.5.</summary>
    /// <exception cref="EtcdRpcException">NotSupported before 3.5, or the call failed.</exception>
    public async Task<AuthStatus> StatusAsync(CancellationToken cancellationToken = default)
    {
        Wire.AuthStatusResponse response = await _caller.UnaryAsync(
            EtcdMethods.AuthStatus, new Wire.AuthStatusRequest(), cancellationToken).ConfigureAwait(false);
        return new AuthStatus(response.Enabled, response.AuthRevision);
    }

    /// <summary>Adds a user.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="password">Null makes a user that can log in with a client certificate only; since etcd 3.4.</param>
    /// <param name="cancellationToken">Cancels the call; the user may exist.</param>
    /// <exception cref="EtcdRpcException">UserExists, or the call failed.</exception>
    public Task AddUserAsync(string name, string? password, CancellationToken cancellationToken = default) =>
        _caller.UnaryAsync(EtcdMethods.UserAdd, new Wire.AuthUserAddRequest
        {
            Name = name,
            Password = password ?? "",
            Options = new Authpb.UserAddOptions { NoPassword = password is null },
        }, cancellationToken);

    /// <summary>The roles of a user.</summary>
    /// <exception cref="EtcdRpcException">UserNotFound, or the call failed.</exception>
    public async Task<IReadOnlyList<string>> GetUserRolesAsync(string name, CancellationToken cancellationToken = default)
    {
        Wire.AuthUserGetResponse response = await _caller.UnaryAsync(
            EtcdMethods.UserGet, new Wire.AuthUserGetRequest { Name = name }, cancellationToken).ConfigureAwait(false);
        return [.. response.Roles];
    }

    /// <summary>The names of all users.</summary>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public async Task<IReadOnlyList<string>> ListUsersAsync(CancellationToken cancellationToken = default)
    {
        Wire.AuthUserListResponse response = await _caller.UnaryAsync(
            EtcdMethods.UserList, new Wire.AuthUserListRequest(), cancellationToken).ConfigureAwait(false);
        return [.. response.Users];
    }

    /// <summary>Deletes a user.</summary>
    /// <exception cref="EtcdRpcException">UserNotFound, InvalidAuthManagement, or the call failed.</exception>
    public Task DeleteUserAsync(string name, CancellationToken cancellationToken = default) =>
        _caller.UnaryAsync(EtcdMethods.UserDelete, new Wire.AuthUserDeleteRequest { Name = name }, cancellationToken);

    /// <summary>Changes the password of a user; its tokens become invalid.</summary>
    /// <exception cref="EtcdRpcException">UserNotFound, or the call failed.</exception>
    public Task ChangePasswordAsync(string name, string password, CancellationToken cancellationToken = default) =>
        _caller.UnaryAsync(EtcdMethods.UserChangePassword,
            new Wire.AuthUserChangePasswordRequest { Name = name, Password = password }, cancellationToken);

    /// <summary>Grants a role to a user.</summary>
    /// <exception cref="EtcdRpcException">UserNotFound, RoleNotFound, or the call failed.</exception>
    public Task GrantRoleAsync(string user, string role, CancellationToken cancellationToken = default) =>
        _caller.UnaryAsync(EtcdMethods.UserGrantRole,
            new Wire.AuthUserGrantRoleRequest { User = user, Role = role }, cancellationToken);

    /// <summary>Revokes a role from a user.</summary>
    /// <exception cref="EtcdRpcException">UserNotFound, RoleNotGranted, InvalidAuthManagement, or the call failed.</exception>
    public Task RevokeRoleAsync(string user, string role, CancellationToken cancellationToken = default) =>
        _caller.UnaryAsync(EtcdMethods.UserRevokeRole,
            new Wire.AuthUserRevokeRoleRequest { Name = user, Role = role }, cancellationToken);

    /// <summary>Adds a role without permissions.</summary>
    /// <exception cref="EtcdRpcException">RoleExists, or the call failed.</exception>
    public Task AddRoleAsync(string name, CancellationToken cancellationToken = default) =>
        _caller.UnaryAsync(EtcdMethods.RoleAdd, new Wire.AuthRoleAddRequest { Name = name }, cancellationToken);

    /// <summary>The permissions of a role.</summary>
    /// <exception cref="EtcdRpcException">RoleNotFound, or the call failed.</exception>
    public async Task<IReadOnlyList<RolePermission>> GetRoleAsync(string name, CancellationToken cancellationToken = default)
    {
        Wire.AuthRoleGetResponse response = await _caller.UnaryAsync(
            EtcdMethods.RoleGet, new Wire.AuthRoleGetRequest { Role = name }, cancellationToken).ConfigureAwait(false);
        return [.. response.Perm.Select(RolePermission.From)];
    }

    /// <summary>The names of all roles.</summary>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public async Task<IReadOnlyList<string>> ListRolesAsync(CancellationToken cancellationToken = default)
    {
        Wire.AuthRoleListResponse response = await _caller.UnaryAsync(
            EtcdMethods.RoleList, new Wire.AuthRoleListRequest(), cancellationToken).ConfigureAwait(false);
        return [.. response.Roles];
    }

    /// <summary>Deletes a role and revokes it from all users.</summary>
    /// <exception cref="EtcdRpcException">RoleNotFound, InvalidAuthManagement, or the call failed.</exception>
    public Task DeleteRoleAsync(string name, CancellationToken cancellationToken = default) =>
        _caller.UnaryAsync(EtcdMethods.RoleDelete, new Wire.AuthRoleDeleteRequest { Role = name }, cancellationToken);

    /// <summary>Grants a permission to a role.</summary>
    /// <exception cref="EtcdRpcException">RoleNotFound, or the call failed.</exception>
    public Task GrantPermissionAsync(string role, RolePermission permission, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(permission);
        return _caller.UnaryAsync(EtcdMethods.RoleGrantPermission,
            new Wire.AuthRoleGrantPermissionRequest { Name = role, Perm = permission.ToWire() }, cancellationToken);
    }

    /// <summary>Revokes the permissions of a role for exactly this range.</summary>
    /// <exception cref="EtcdRpcException">RoleNotFound, PermissionNotGranted, or the call failed.</exception>
    public Task RevokePermissionAsync(string role, KeyRange range, CancellationToken cancellationToken = default) =>
        _caller.UnaryAsync(EtcdMethods.RoleRevokePermission, new Wire.AuthRoleRevokePermissionRequest
        {
            Role = role,
            Key = range.WireStart,
            RangeEnd = range.WireEnd,
        }, cancellationToken);
}
