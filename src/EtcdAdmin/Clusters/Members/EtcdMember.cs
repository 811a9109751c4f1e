using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Clusters.Members;

/// <summary>A member of a cluster as it was when it was asked about.</summary>
public sealed record EtcdMember
{
    /// <summary>The cluster it belongs to.</summary>
    public required EtcdCluster Cluster { get; init; }

    /// <summary>Its name; empty until it has started for the first time.</summary>
    public required string Name { get; init; }

    /// <summary>Its id; null for a member of the specification that the cluster could not be asked about.</summary>
    public MemberId? Id { get; init; }

    /// <summary>What it does now.</summary>
    public required MemberState State { get; init; }

    /// <summary>Where clients reach it.</summary>
    public required IReadOnlyList<Uri> ClientUrls { get; init; }

    /// <summary>Where the other members reach it.</summary>
    public required IReadOnlyList<Uri> PeerUrls { get; init; }

    /// <summary>The version that runs; null where it does not answer.</summary>
    public EtcdVersion? Version { get; init; }

    /// <summary>The size of its database file in bytes; null where it does not answer.</summary>
    public long? DbSizeBytes { get; init; }

    /// <summary>The host it runs on; null where hosts are not managed from here.</summary>
    public string? HostName { get; init; }

    /// <summary>Its process on that host; null where none runs or the host is not managed from here.</summary>
    public int? ProcessId { get; init; }

    /// <summary>Whether it is in the list of members without a vote, running or not; false where nobody tells.</summary>
    internal bool IsLearner { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name.Length > 0 ? Name : Id?.ToString() ?? "";
}

/// <summary>What a member does.</summary>
public enum MemberState
{
    /// <summary>It leads.</summary>
    Leader,

    /// <summary>It follows, with a vote.</summary>
    Follower,

    /// <summary>It follows, without a vote.</summary>
    Learner,

    /// <summary>It is in the list and has never started.</summary>
    NotStarted,

    /// <summary>Its process does not run.</summary>
    Stopped,

    /// <summary>It does not answer.</summary>
    Unreachable,
}
