namespace EtcdAdmin.Upgrades.Versions;

/// <summary>The kinds of version changes.</summary>
public enum VersionChangeKind
{
    /// <summary>Another patch version of the same line.</summary>
    Patch,

    /// <summary>To the next line.</summary>
    Upgrade,

    /// <summary>To the line before, with etcd's downgrade. Possible from etcd 3.6 on.</summary>
    Downgrade,

    /// <summary>Back from an upgrade that not all members have made: the cluster still has its old version.</summary>
    Rollback,
}

/// <summary>One version change of a cluster: all members, one after the other.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="From">The line of the cluster before.</param>
/// <param name="To">The version of all members after it.</param>
public sealed record VersionChange(VersionChangeKind Kind, MinorLine From, EtcdVersion To)
{
    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        VersionChangeKind.Upgrade => $"upgrade to etcd {To}",
        VersionChangeKind.Downgrade => $"downgrade to etcd {To}",
        VersionChangeKind.Rollback => $"return to etcd {To}",
        _ => $"update to etcd {To}",
    };
}
