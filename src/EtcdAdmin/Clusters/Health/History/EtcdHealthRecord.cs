namespace EtcdAdmin.Clusters.Health.History;

/// <summary>The health of a cluster at one time, as it was recorded.</summary>
public sealed record EtcdHealthRecord
{
    /// <summary>The cluster's name.</summary>
    public required string Cluster { get; init; }

    /// <summary>The time of the check.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Whether all members were healthy.</summary>
    public required bool Healthy { get; init; }

    /// <summary>The health in one line: <c>Healthy with 3 known peers</c>.</summary>
    public required string Summary { get; init; }

    /// <summary>The highest revision that a member reported; null if none did.</summary>
    public long? Revision { get; init; }

    /// <summary>
    /// The id of the cluster to which <see cref="Revision"/> belongs, in hexadecimal; null if none was reported, and in records of versions that did
    /// not save it.
    /// </summary>
    public string? ClusterId { get; init; }

    /// <summary>The members.</summary>
    public required IReadOnlyList<EtcdMemberRecord> Members { get; init; }

    /// <summary>The size of the largest database in bytes; null if no member reported it.</summary>
    public long? DbSizeBytes => Members.Max(member => member.DbSizeBytes);

    /// <summary>The leader; null if none was known.</summary>
    public string? Leader => Members.FirstOrDefault(member => member.IsLeader == true)?.Member;

    /// <inheritdoc/>
    public override string ToString() => $"{Time:u} {Cluster}: {Summary}";

    /// <summary>The record of a check.</summary>
    internal static EtcdHealthRecord Of(string cluster, ClusterHealth health, DateTimeOffset time) => new()
    {
        Cluster = cluster,
        Time = time,
        Healthy = health.Healthy,
        Summary = health.Summary,
        Revision = health.Revision,
        ClusterId = health.ClusterId?.ToString(),
        Members =
        [
            .. health.Members.Select(member => new EtcdMemberRecord
            {
                Member = member.Member,
                Healthy = member.Healthy,
                Reason = member.Reason,
                IsLeader = member.IsLeader,
                DbSizeBytes = member.DbSizeBytes,
                DbSizeInUseBytes = member.DbSizeInUseBytes,
                QuotaBytes = member.QuotaBytes,
                LatencySeconds = member.Latency?.TotalSeconds is { } latency ? Math.Round(latency, 6) : null,
            }),
        ],
    };
}

/// <summary>The health of a member at one time, as it was recorded.</summary>
public sealed record EtcdMemberRecord
{
    /// <summary>The member's name.</summary>
    public required string Member { get; init; }

    /// <summary>Whether it was healthy.</summary>
    public required bool Healthy { get; init; }

    /// <summary>Why not, or its role.</summary>
    public required string Reason { get; init; }

    /// <summary>Whether it was the leader.</summary>
    public bool? IsLeader { get; init; }

    /// <summary>The size of its database file in bytes.</summary>
    public long? DbSizeBytes { get; init; }

    /// <summary>The size of its database in use, in bytes.</summary>
    public long? DbSizeInUseBytes { get; init; }

    /// <summary>Its quota in bytes; null if not known.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>How long a linearizable read took, in seconds.</summary>
    public double? LatencySeconds { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Member}: {(Healthy ? "healthy" : "unhealthy")}, {Reason}";
}
