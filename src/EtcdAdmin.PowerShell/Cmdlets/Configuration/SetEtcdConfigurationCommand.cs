using System.Collections;
using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Configuration;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Provisioning.Survey;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Changes the settings of a cluster that is in use: ports, addresses, tuning. Members are restarted one after the other, each
/// serving again before the next, the leader last; if one does not, all get their old settings back, but for those whose restart would
/// leave fewer voters than the quorum takes: the error names them.
/// </summary>
/// <example>
/// <code>Set-EtcdConfiguration prod -ClientPort 12379</code>
/// <para>Moves all members to another client port; the saved cluster follows.</para>
/// </example>
/// <example>
/// <code>Set-EtcdConfiguration prod -HandEdit Keep</code>
/// <para>Takes what was changed by hand in etcd.conf.yml of a member into the specification, and applies it to all members.</para>
/// </example>
/// <example>
/// <code>Set-EtcdConfiguration prod -FromCluster -WhatIf</code>
/// <para>Shows what the profile would take over from the cluster: members that another operator has added or removed, and their addresses.</para>
/// </example>
/// <example>
/// <code>Set-EtcdConfiguration prod -QuotaBytes 8GB -Configuration @{ 'log-level' = 'warn'; 'max-request-bytes' = $null } -WhatIf</code>
/// <para>Shows the plan for a larger quota and a quieter log; a setting that is given $null goes back to etcd's default.</para>
/// </example>
[Cmdlet(VerbsCommon.Set, "EtcdConfiguration", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdCluster))]
public sealed class SetEtcdConfigurationCommand : PlannedCmdlet
{
    /// <summary>The cluster, as an object or by its name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The client port of all members.</summary>
    [Parameter]
    public int? ClientPort { get; set; }

    /// <summary>The peer port of all members.</summary>
    [Parameter]
    public int? PeerPort { get; set; }

    /// <summary>The IP addresses to listen on: 0.0.0.0 or :: for all.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? BindAddress { get; set; }

    /// <summary>How often the leader calls its followers: milliseconds or a TimeSpan; etcd's default is 100 ms.</summary>
    [Parameter]
    [Milliseconds]
    public TimeSpan? HeartbeatInterval { get; set; }

    /// <summary>How long a follower waits for the leader: milliseconds or a TimeSpan, at least five heartbeats; etcd's default is 1 s.</summary>
    [Parameter]
    [Milliseconds]
    public TimeSpan? ElectionTimeout { get; set; }

    /// <summary>How many transactions are applied until etcd makes a raft snapshot.</summary>
    [Parameter]
    public long? SnapshotCount { get; set; }

    /// <summary>The size in bytes (8GB is understood) at which the database takes no more writes; etcd's default is 2 GB.</summary>
    [Parameter]
    public long? QuotaBytes { get; set; }

    /// <summary>How etcd compacts its history by itself: by time or by number of revisions.</summary>
    [Parameter]
    [ValidateSet("periodic", "revision")]
    public string? AutoCompactionMode { get; set; }

    /// <summary>What it keeps: a duration such as 8h, or a number of revisions; 0 turns it off.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? AutoCompactionRetention { get; set; }

    /// <summary>The TLS 1.2 cipher suites to accept, by their IANA names.</summary>
    [Parameter]
    public string[]? CipherSuite { get; set; }

    /// <summary>Extra addresses that answer /metrics and /health.</summary>
    [Parameter]
    public Uri[]? MetricsUrl { get; set; }

    /// <summary>How much etcd logs.</summary>
    [Parameter]
    [ValidateSet("debug", "info", "warn", "error")]
    public string? LogLevel { get; set; }

    /// <summary>
    /// Any other setting by its name in etcd's configuration file; $null takes one back to etcd's default. Durations are TimeSpans, text such
    /// as 40s, 1h30m or 500ms, or whole nanoseconds. What the installed etcd does not know, or EtcdAdmin decides, is refused.
    /// </summary>
    [Parameter]
    public Hashtable? Configuration { get; set; }

    /// <summary>Takes settings that can cost data, for instance unsafe-no-fsync.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>
    /// What becomes of settings that somebody has changed by hand in the members' files: Keep takes them into the specification of the
    /// cluster, for all members; Overwrite replaces them and keeps a copy of each file. Without it such files are refused, and named.
    /// </summary>
    [Parameter]
    public HandEditAction? HandEdit { get; set; }

    /// <summary>
    /// Takes members and their addresses into the profile as the cluster itself has them, where the profile is older than the cluster. The
    /// host of a member that the profile does not have is looked for by the member's name and address, with the login of the first member.
    /// </summary>
    [Parameter]
    public SwitchParameter FromCluster { get; set; }

    /// <summary>How long each member has to serve again: seconds or a TimeSpan; by default 60 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        Operation<EtcdCluster> operation = await new ConfigurationChanger(Admin).PlanAsync(cluster, Request(), stop).ConfigureAwait(false);
        if (operation.Plan.IsEmpty) await SayAsync($"Cluster {cluster.Name} has these settings; nothing to do.").ConfigureAwait(false);
        EtcdCluster? changed = operation.Plan.IsEmpty
            ? await operation.RunAsync(CoreEvents, stop).ConfigureAwait(false)
            : await CarryOutAsync(operation, stop).ConfigureAwait(false);
        if (changed is not null) await WriteAsync(changed).ConfigureAwait(false);
    }

    private ConfigurationRequest Request()
    {
        var request = new ConfigurationRequest
        {
            ClientPort = ClientPort,
            PeerPort = PeerPort,
            BindAddress = BindAddress is null ? null : string.Join(',', BindAddress),
            Tuning = new EtcdTuning
            {
                HeartbeatInterval = HeartbeatInterval,
                ElectionTimeout = ElectionTimeout,
                SnapshotCount = SnapshotCount,
                QuotaBytes = QuotaBytes,
                AutoCompactionMode = AutoCompactionMode,
                AutoCompactionRetention = AutoCompactionRetention,
                CipherSuites = CipherSuite,
                MetricsUrls = MetricsUrl,
            },
            Extra = Extra(),
            Force = Force,
            HandEdit = HandEdit,
            FromCluster = FromCluster,
        };
        return Timeout is { } timeout ? request with { HealthTimeout = timeout } : request;
    }

    private IReadOnlyDictionary<string, object?>? Extra()
    {
        if (LogLevel is null) return PlainValues.From(Configuration);
        var extra = new SortedDictionary<string, object?>(StringComparer.Ordinal);
        foreach ((string name, object? value) in PlainValues.From(Configuration) ?? extra) extra[name] = value;
        extra["log-level"] = LogLevel;
        return extra;
    }
}
