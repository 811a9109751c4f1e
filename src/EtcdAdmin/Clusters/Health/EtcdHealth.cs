using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Clusters.Health;

/// <summary>The verdict on one member, with what it rests on. Null means "not known", never "no".</summary>
public sealed record EtcdHealth
{
    /// <summary>The cluster it belongs to.</summary>
    public required EtcdCluster Cluster { get; init; }

    /// <summary>The verdict on the whole cluster in one line, the same for all members: <c>Healthy with 3 known peers</c>.</summary>
    public string Summary { get; init; } = "";

    /// <summary>The member's name; its endpoint where not even the name could be learnt.</summary>
    public required string Member { get; init; }

    /// <summary>Its id; null where nobody could be asked.</summary>
    public MemberId? MemberId { get; init; }

    /// <summary>Where it was asked; null for a member that has not announced itself yet.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Whether all is well with it.</summary>
    public bool Healthy { get; init; }

    /// <summary>Why not; for a healthy one what it does: <c>leader</c>, <c>follower</c>, <c>learner</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>
    /// Whether the cluster that answers has it as a member: false for one that the profile has and the cluster does not, and where another cluster answers
    /// at its address. Null where nobody told.
    /// </summary>
    public bool? IsMember { get; init; }

    /// <summary>Whether it answered at all.</summary>
    public bool Reachable { get; init; }

    /// <summary>Whether it accepted who we are. A member that refuses us is alive.</summary>
    public bool? Authorized { get; init; }

    /// <summary>Whether a read that needs the agreement of a quorum went through it.</summary>
    public bool? HasQuorum { get; init; }

    /// <summary>Whether a test write through it succeeded; null where none was made, or it was refused for who we are.</summary>
    public bool? Writable { get; init; }

    /// <summary>Whether it leads.</summary>
    public bool? IsLeader { get; init; }

    /// <summary>Whether it has no vote, as the list of members says; where nobody tells that, as it says itself.</summary>
    public bool? IsLearner { get; init; }

    /// <summary>How many raft entries it is behind the leader; null before etcd 3.4, or where the leader could not be asked.</summary>
    public long? RaftLag { get; init; }

    /// <summary>The alarms armed for it; null where they could not be asked for.</summary>
    public IReadOnlyList<AlarmType>? Alarms { get; init; }

    /// <summary>The size of its database file in bytes.</summary>
    public long? DbSizeBytes { get; init; }

    /// <summary>What of that is in use, in bytes; null before etcd 3.4.</summary>
    public long? DbSizeInUseBytes { get; init; }

    /// <summary>The size in bytes at which it takes no more writes: as it says itself since 3.6, else as the specification has it.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>What is free on the disk of its data in bytes, on the fuller one where its log has a disk of its own; null where its host was not looked at.</summary>
    public long? DiskFreeBytes { get; init; }

    /// <summary>Whether its data has the same hash as the other members' at one revision; null where that was not checked.</summary>
    public bool? HashConsistent { get; init; }

    /// <summary>How many whole days the certificate that it shows is still valid; negative once it has expired.</summary>
    public int? CertificateDaysLeft { get; init; }

    /// <summary>
    /// How far its clock is ahead of this machine's; precise to a second, from the date that it puts on its TLS answers. Null on
    /// plaintext endpoints, which put none.
    /// </summary>
    public TimeSpan? ClockSkew { get; init; }

    /// <summary>The version that runs.</summary>
    public EtcdVersion? RunningVersion { get; init; }

    /// <summary>The version that is installed; null where the hosts are not managed from here.</summary>
    public EtcdVersion? InstalledVersion { get; init; }

    /// <summary>How long the read that needs a quorum took; null where it did not succeed.</summary>
    public TimeSpan? Latency { get; init; }

    /// <summary>
    /// Whether it takes its part: belongs to the cluster, answers, and agrees with a quorum. An alarm is trouble, but not such as starting or restarting
    /// could mend, and raising a quota that is used up must be possible. Nor does a certificate that ends soon keep anything from being done.
    /// </summary>
    internal bool Serves => IsMember != false && Reachable && HasQuorum != false && KnowsLeader != false;

    /// <summary>Whether it knows who leads.</summary>
    internal bool? KnowsLeader { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Member}: {(Healthy ? "healthy" : "unhealthy")}, {Reason}";
}

/// <summary>The verdict on a cluster.</summary>
/// <param name="Members">One verdict per member.</param>
public sealed record ClusterHealth(IReadOnlyList<EtcdHealth> Members)
{
    /// <summary>All alarms that are armed, also those of former members; null where nobody told.</summary>
    public IReadOnlyList<MemberAlarm>? Alarms { get; init; }

    /// <summary>What the operator should know besides, a sentence or two each: how the cluster differs from its profile, that our own certificate ends.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Whether all is well with every member.</summary>
    public bool Healthy => Members.Count > 0 && Members.All(member => member.Healthy);

    /// <summary>The line that says it all: <c>Healthy with 3 known peers</c>, <c>UnHealthy with 3 known peers</c>, <c>Errored with 0 known peers</c>.</summary>
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
