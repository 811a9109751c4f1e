namespace EtcdAdmin.Upgrades.Checks;

/// <summary>What is checked before a version change.</summary>
public enum UpgradeGate
{
    /// <summary>The members are reached, serve, and have no alarm.</summary>
    Health,

    /// <summary>The operator's user or certificate is accepted.</summary>
    Access,

    /// <summary>Running and installed versions agree, and the members have agreed on a cluster version.</summary>
    Version,

    /// <summary>The patch version is new enough to leave its minor version.</summary>
    PatchFloor,

    /// <summary>The operator does not hold the cluster at its version.</summary>
    VersionHold,

    /// <summary>The members of the cluster are those of the profile; all have started and vote.</summary>
    Membership,

    /// <summary>The member list in the database is that of the cluster: etcd 3.6 reads it from there.</summary>
    StoredMembers,

    /// <summary>The programs of the new version are available for the processors of all hosts.</summary>
    Package,

    /// <summary>The settings mean the same with the new version, and no file was changed by hand.</summary>
    Settings,

    /// <summary>There is room for the programs, and the database is not close to its quota.</summary>
    Space,

    /// <summary>There is a recent snapshot.</summary>
    Snapshot,

    /// <summary>The members hold no v2 data that the new version refuses.</summary>
    V2Data,

    /// <summary>No certificate ends soon.</summary>
    Certificate,

    /// <summary>The new version is still repaired by the etcd project and has no published weakness.</summary>
    Support,
}

/// <summary>The results of a check.</summary>
public enum UpgradeCheckResult
{
    /// <summary>Nothing stands in the way.</summary>
    Pass,

    /// <summary>It works, but the operator should know.</summary>
    Warn,

    /// <summary>The version change is refused.</summary>
    Fail,

    /// <summary>It could not be checked.</summary>
    NotChecked,
}

/// <summary>The result of one check, for one member or the cluster.</summary>
public sealed record EtcdUpgradeCheck
{
    /// <summary>The cluster's name.</summary>
    public required string Cluster { get; init; }

    /// <summary>The member's name; null for the cluster.</summary>
    public string? Member { get; init; }

    /// <summary>The version after the change.</summary>
    public required EtcdVersion Version { get; init; }

    /// <summary>What was checked.</summary>
    public required UpgradeGate Gate { get; init; }

    /// <summary>The result.</summary>
    public required UpgradeCheckResult Result { get; init; }

    /// <summary>The facts behind it, as a sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>What the operator does about it; null where there is nothing to do.</summary>
    public string? NextStep { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Gate}{(Member is null ? "" : $" of {Member}")}: {Result}: {Reason}";
}
