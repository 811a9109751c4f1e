using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Clusters.Health;

/// <summary>The health of one member, with the facts behind it. Null means "not known", never "no".</summary>
public sealed record EtcdHealth
{
    /// <summary>The cluster it belongs to.</summary>
    public required EtcdCluster Cluster { get; init; }

    /// <summary>The health of the whole cluster in one line, the same for all members: <c>Healthy with 3 known peers</c>.</summary>
    public string Summary { get; init; } = "";

    /// <summary>The member's name; its endpoint if the name is not known.</summary>
    public required string Member { get; init; }

    /// <summary>Its id; null if no member reported it.</summary>
    public MemberId? MemberId { get; init; }

    /// <summary>The endpoint it was checked at; null for a member that has never started.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Whether the member is healthy.</summary>
    public bool Healthy { get; init; }

    /// <summary>The reason if it is not healthy; otherwise its role: <c>leader</c>, <c>follower</c>, <c>learner</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>Whether it is a member of the cluster that answers: false if only the profile has it, or if another cluster answers at its address.
    /// Null if not known.</summary>
    public bool? IsMember { get; init; }

    /// <summary>Whether it answered.</summary>
    public bool Reachable { get; init; }

    /// <summary>Whether it accepted the user or certificate. A member that refuses them is alive.</summary>
    public bool? Authorized { get; init; }

    /// <summary>Whether a linearizable read (which needs a quorum) succeeded through it.</summary>
    public bool? HasQuorum { get; init; }

    /// <summary>Whether a test write through it succeeded; null if none was made, or if the user was refused.</summary>
    public bool? Writable { get; init; }

    /// <summary>Whether it is the leader.</summary>
    public bool? IsLeader { get; init; }

    /// <summary>Whether it is a learner, by the member list; without a list, by its own status.</summary>
    public bool? IsLearner { get; init; }

    /// <summary>How many raft entries it is behind the leader; null before etcd 3.4, or if the leader did not answer.</summary>
    public long? RaftLag { get; init; }

    /// <summary>Its active alarms; null if they are not known.</summary>
    public IReadOnlyList<AlarmType>? Alarms { get; init; }

    /// <summary>The size of its database file in bytes.</summary>
    public long? DbSizeBytes { get; init; }

    /// <summary>The size of its database in use, in bytes; null before etcd 3.4.</summary>
    public long? DbSizeInUseBytes { get; init; }

    /// <summary>The database size in bytes at which it refuses writes: from its status since 3.6, otherwise from the specification.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>
    /// The days until its database reaches the quota, at the growth of the recorded history; null if it does not grow, or if the history is too
    /// short.
    /// </summary>
    public double? DaysUntilQuota { get; init; }

    /// <summary>The version of its data format, for instance <c>3.6.0</c>; null before etcd 3.6, which does not report it.</summary>
    public string? StorageVersion { get; init; }

    /// <summary>The target version of a downgrade in progress; null if there is none.</summary>
    public string? DowngradeTarget { get; init; }

    /// <summary>The free space on the disk of its data in bytes; if its write-ahead log has a separate disk, the lower of the two. Null if its host
    /// was not checked.</summary>
    public long? DiskFreeBytes { get; init; }

    /// <summary>Whether its data has the same hash as the other members' at one revision; null if that was not checked.</summary>
    public bool? HashConsistent { get; init; }

    /// <summary>The revision up to which its data was compared; null if that was not checked.</summary>
    public long? HashRevision { get; init; }

    /// <summary>Full days until its certificate expires; negative once it has expired.</summary>
    public int? CertificateDaysLeft { get; init; }

    /// <summary>How far its clock is ahead of this machine's, to a second, from the date in its TLS answers. Null for plaintext endpoints, whose
    /// answers have no date.</summary>
    public TimeSpan? ClockSkew { get; init; }

    /// <summary>The running version.</summary>
    public EtcdVersion? RunningVersion { get; init; }

    /// <summary>The installed version; null if EtcdAdmin does not manage the hosts.</summary>
    public EtcdVersion? InstalledVersion { get; init; }

    /// <summary>How long the linearizable read took; null if it failed.</summary>
    public TimeSpan? Latency { get; init; }

    /// <summary>Whether it serves: it belongs to the cluster, answers, and has a quorum. An alarm does not count, because starting or restarting does
    /// not fix it, and raising a used-up quota must be possible. A certificate that expires soon does not count either.</summary>
    internal bool Serves => IsMember != false && Reachable && HasQuorum != false && KnowsLeader != false;

    /// <summary>Whether it knows the leader.</summary>
    internal bool? KnowsLeader { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Member}: {(Healthy ? "healthy" : "unhealthy")}, {Reason}";
}

/// <summary>The health of a cluster.</summary>
/// <param name="Members">The health of each member.</param>
public sealed record ClusterHealth(IReadOnlyList<EtcdHealth> Members)
{
    /// <summary>All active alarms, including those of former members; null if not known.</summary>
    public IReadOnlyList<MemberAlarm>? Alarms { get; init; }

    /// <summary>The highest revision that a member of the cluster reported; null if none did.</summary>
    public long? Revision { get; init; }

    /// <summary>The id of the cluster to which <see cref="Revision"/> belongs; null without a revision.</summary>
    public ClusterId? ClusterId { get; init; }

    /// <summary>Other problems, one or two sentences each: differences between the cluster and its profile, a client certificate that expires
    /// soon.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Whether all members are healthy.</summary>
    public bool Healthy => Members.Count > 0 && Members.All(member => member.Healthy);

    /// <summary>The health in one line: <c>Healthy with 3 known peers</c>, <c>UnHealthy with 3 known peers</c>, <c>Errored with 0 known
    /// peers</c>.</summary>
    public string Summary
    {
        get
        {
            int known = Members.Any(member => member.Reachable) ? Members.Count : 0;
            string verdict = known == 0 ? "Errored" : Healthy ? "Healthy" : "UnHealthy";
            return $"{verdict} with {known} known peer{(known == 1 ? "" : "s")}";
        }
    }
}
