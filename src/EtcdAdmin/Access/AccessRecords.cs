using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;

namespace EtcdAdmin.Access;

/// <summary>A user of a cluster.</summary>
public sealed record EtcdUser
{
    /// <summary>The cluster.</summary>
    public required EtcdCluster Cluster { get; init; }

    /// <summary>The user's name. With certificates, it is the common name of the client certificate.</summary>
    public required string Name { get; init; }

    /// <summary>The user's roles.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>Whether the user may do everything, also change users and roles: it has the role root.</summary>
    public bool IsRoot { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A role of a cluster.</summary>
public sealed record EtcdRole
{
    /// <summary>The cluster.</summary>
    public required EtcdCluster Cluster { get; init; }

    /// <summary>The role's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its permissions. The role root needs none: it may do everything.</summary>
    public required IReadOnlyList<EtcdPermission> Permissions { get; init; }

    /// <summary>The users that have it.</summary>
    public required IReadOnlyList<string> Users { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A permission of a role, or of a user by one of its roles.</summary>
public sealed record EtcdPermission
{
    /// <summary>The cluster.</summary>
    public required EtcdCluster Cluster { get; init; }

    /// <summary>The user; null for a role that no user was asked for.</summary>
    public string? User { get; init; }

    /// <summary>The role that gives it.</summary>
    public required string Role { get; init; }

    /// <summary>Reading, writing, or both.</summary>
    public required PermissionType Access { get; init; }

    /// <summary>The keys: one key, <c>/prefix/*</c>, <c>all keys</c>, or the bounds of a range.</summary>
    public required string Keys { get; init; }

    /// <summary>The same as etcd has it.</summary>
    public required KeyRange Range { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Access} {Keys}";
}

/// <summary>Whether a user may read or write keys.</summary>
public sealed record EtcdPermissionTest
{
    /// <summary>The cluster.</summary>
    public required EtcdCluster Cluster { get; init; }

    /// <summary>The user.</summary>
    public required string User { get; init; }

    /// <summary>What was asked for.</summary>
    public required PermissionType Access { get; init; }

    /// <summary>The keys that were asked for.</summary>
    public required string Keys { get; init; }

    /// <summary>Whether the roles of the user allow it.</summary>
    public required bool Allowed { get; init; }

    /// <summary>Whether the cluster asks for users at all: false means that authentication is off, and every client may do everything. Null if that
    /// is not known (before etcd 3.5).</summary>
    public bool? Enforced { get; init; }

    /// <summary>Why, as sentences.</summary>
    public required string Reason { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Reason;
}
