using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Clusters.Members;

/// <summary>The state of a cluster member at the time it was read.</summary>
public sealed record EtcdMember
{
    /// <summary>The cluster it belongs to.</summary>
    public required EtcdCluster Cluster { get; init; }

    /// <summary>Its name; empty until it has started for the first time.</summary>
    public required string Name { get; init; }

    /// <summary>Its id; null for a member of the specification if the cluster did not answer.</summary>
    public MemberId? Id { get; init; }

    /// <summary>Its current state.</summary>
    public required MemberState State { get; init; }

    /// <summary>Its URLs for clients.</summary>
    public required IReadOnlyList<Uri> ClientUrls { get; init; }

    /// <summary>Its URLs for the other members.</summary>
    public required IReadOnlyList<Uri> PeerUrls { get; init; }

    /// <summary>The running version; null if it does not answer.</summary>
    public EtcdVersion? Version { get; init; }

    /// <summary>The size of its database file in bytes; null if it does not answer.</summary>
    public long? DbSizeBytes { get; init; }

    /// <summary>The database size in bytes at which it refuses writes; null before etcd 3.6, or if it does not answer.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>The version of its data format, for instance <c>3.6.0</c>; null before etcd 3.6, or if it does not answer.</summary>
    public string? StorageVersion { get; init; }

    /// <summary>The target version of a downgrade of the cluster in progress, as any member reports it; null if there is none.</summary>
    public string? DowngradeTarget { get; init; }

    /// <summary>The host it runs on; null if EtcdAdmin does not manage the hosts.</summary>
    public string? HostName { get; init; }

    /// <summary>Its process on that host; null if none runs or the host is not managed.</summary>
    public int? ProcessId { get; init; }

    /// <summary>Whether the member list has it as a learner, running or not; false if not known.</summary>
    internal bool IsLearner { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name.Length > 0 ? Name : Id?.ToString() ?? "";
}

/// <summary>The state of a member.</summary>
public enum MemberState
{
    /// <summary>The leader.</summary>
    Leader,

    /// <summary>A follower (voter).</summary>
    Follower,

    /// <summary>A learner (no vote).</summary>
    Learner,

    /// <summary>In the member list, but never started.</summary>
    NotStarted,

    /// <summary>Its process is not running.</summary>
    Stopped,

    /// <summary>It does not answer.</summary>
    Unreachable,
}
