namespace EtcdAdmin.Client.Records;

/// <summary>Whether the cluster authenticates.</summary>
/// <param name="Enabled">It does.</param>
/// <param name="AuthRevision">Goes up with every change of users and roles.</param>
public sealed record AuthStatus(bool Enabled, ulong AuthRevision);

/// <summary>What may be done with keys.</summary>
public enum PermissionType
{
    /// <summary>Reading.</summary>
    Read = 0,

    /// <summary>Writing and deleting.</summary>
    Write = 1,

    /// <summary>All.</summary>
    ReadWrite = 2,
}

/// <summary>What a role may do with which keys.</summary>
/// <param name="Type">What.</param>
/// <param name="Range">With which keys.</param>
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
