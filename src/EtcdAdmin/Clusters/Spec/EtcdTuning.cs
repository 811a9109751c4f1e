namespace EtcdAdmin.Clusters.Spec;

/// <summary>etcd settings that an operator may change; null is etcd's default. Compared by content, including lists and maps.</summary>
/// <remarks>Names and defaults: etcd <c>server/embed/config.go</c>, v3.5.</remarks>
public sealed record EtcdTuning
{
    private const double FullPart = 0.95;

    // etcd's default for max-request-bytes is 1.5 MiB (server/embed/config.go).
    private const long LargestRequest = 2L << 20;

    /// <summary>The interval of the leader's heartbeats; etcd's default is 100 ms.</summary>
    public TimeSpan? HeartbeatInterval { get; init; }

    /// <summary>How long a follower waits for the leader before it starts an election; at least five heartbeats, at most 50 s; default 1 s.</summary>
    public TimeSpan? ElectionTimeout { get; init; }

    /// <summary>The number of applied transactions between raft snapshots; default 100,000 in 3.4 and 3.5, 10,000 from 3.6.</summary>
    public long? SnapshotCount { get; init; }

    /// <summary>The database size in bytes at which etcd refuses writes; default 2 GiB, recommended maximum 8 GiB.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>The effective quota, see <see cref="EffectiveQuota"/>.</summary>
    internal long EffectiveQuotaBytes => EffectiveQuota(QuotaBytes);

    /// <summary>The quota that a setting means: 0 means etcd's default, and a negative value turns the quota off.</summary>
    /// <remarks>Source: etcd server/storage/quota.go, DefaultQuotaBytes, 3.5.</remarks>
    internal static long EffectiveQuota(long? quotaBytes) => quotaBytes switch
    {
        null or 0 => 2L << 30,
        < 0 => long.MaxValue,
        { } bytes => bytes,
    };

    /// <summary>The database size from which a quota counts as used up: etcd raises the alarm for a request that would exceed the quota
    /// (server/storage/quota.go, Available), and a database that is nearly full is there again within minutes.</summary>
    internal static long FullBytes(long quotaBytes) => Math.Min((long)(quotaBytes * FullPart), quotaBytes - LargestRequest);

    /// <summary><c>periodic</c> or <c>revision</c>.</summary>
    public string? AutoCompactionMode { get; init; }

    /// <summary>For <c>periodic</c> a duration (<c>8h</c>, <c>30m</c>), for <c>revision</c> a number of revisions kept; 0 is off.</summary>
    public string? AutoCompactionRetention { get; init; }

    /// <summary>TLS 1.2 cipher suites by their IANA names.</summary>
    public IReadOnlyList<string>? CipherSuites
    {
        get;
        init => field = value is null ? null : new EqualList<string>(value);
    }

    /// <summary>Extra addresses for <c>/metrics</c> and <c>/health</c>. If several members share a host, the second has the port plus one, the third
    /// plus two, and so on.</summary>
    public IReadOnlyList<Uri>? MetricsUrls
    {
        get;
        init => field = value is null ? null : new EqualList<Uri>(value);
    }

    /// <summary>Other entries of etcd's configuration file, by their names in the file; entries that EtcdAdmin sets itself are refused.</summary>
    public IReadOnlyDictionary<string, object?>? Extra
    {
        get;
        init => field = value is null ? null : new EqualMap(value);
    }
}
