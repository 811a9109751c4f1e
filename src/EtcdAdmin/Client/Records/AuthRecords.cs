using Wire = Authpb;

namespace EtcdAdmin.Client.Records;

/// <summary>The state of authentication.</summary>
/// <param name="Enabled">Authentication is on.</param>
/// <param name="AuthRevision">Increases with every change of users and roles.</param>
public sealed record AuthStatus(bool Enabled, ulong AuthRevision);

/// <summary>A type of permission.</summary>
public enum PermissionType
{
    /// <summary>Reading.</summary>
    Read = 0,

    /// <summary>Writing and deleting.</summary>
    Write = 1,

    /// <summary>Reading, writing and deleting.</summary>
    ReadWrite = 2,
}

/// <summary>A permission of a role.</summary>
/// <param name="Type">The type.</param>
/// <param name="Range">The keys.</param>
public sealed record RolePermission(PermissionType Type, KeyRange Range)
{
    internal static RolePermission From(Wire.Permission permission) =>
        new((PermissionType)permission.PermType, KeyRange.FromWire(permission.Key, permission.RangeEnd));

    internal Wire.Permission ToWire() => new()
    {
        PermType = (Wire.Permission.Types.Type)Type,
        Key = Range.WireStart,
        RangeEnd = Range.WireEnd,
    };
}
