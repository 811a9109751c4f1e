namespace EtcdAdmin.Clusters.Spec;

/// <summary>Settings of etcd that an operator may want otherwise; null everywhere leaves etcd's own default. Compared by what they hold, lists and maps included.</summary>
/// <remarks>Names and defaults: etcd <c>server/embed/config.go</c>, v3.5.</remarks>
public sealed record EtcdTuning
{
    /// <summary>How often the leader calls its followers; etcd's default is 100 ms.</summary>
    public TimeSpan? HeartbeatInterval { get; init; }

    /// <summary>How long a follower waits for the leader before it stands for election; at least five heartbeats, at most 50 s; default 1 s.</summary>
    public TimeSpan? ElectionTimeout { get; init; }

    /// <summary>How many applied transactions until a raft snapshot; default 100,000 in 3.4 and 3.5, 10,000 from 3.6.</summary>
    public long? SnapshotCount { get; init; }

    /// <summary>The size in bytes at which the database takes no more writes; default 2 GiB, at most 8 GiB is advised.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>The quota that is in force: 0 is etcd's default, and less than 0 is none (server/storage/quota.go, 3.5).</summary>
    internal long EffectiveQuotaBytes => QuotaBytes switch
    {
        null or 0 => 2L << 30,
        < 0 => long.MaxValue,
        { } bytes => bytes,
    };

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

    /// <summary>
    /// Extra addresses that answer <c>/metrics</c> and <c>/health</c>. Where several members share a host, the second has the
    /// port raised by one, the third by two, and so on.
    /// </summary>
    public IReadOnlyList<Uri>? MetricsUrls
    {
        get;
        init => field = value is null ? null : new EqualList<Uri>(value);
    }

    /// <summary>Any other entry of etcd's configuration file, by its name there; what EtcdAdmin itself decides is refused.</summary>
    public IReadOnlyDictionary<string, object?>? Extra
    {
        get;
        init => field = value is null ? null : new EqualMap(value);
    }
}
