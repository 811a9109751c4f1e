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
/// Changes the settings of a running cluster: ports, the addresses that members listen on, tuning and any other etcd setting.
/// Members are restarted one after the other, the leader last; each must serve again before the next is restarted. If a member
/// does not serve with the new settings, all members get their old settings back. Exception: if restarting a member to roll it
/// back would cost the quorum, that member keeps the new settings, and the error names it.
/// </summary>
/// <example>
/// <code>Set-EtcdConfiguration prod -ClientPort 12379</code>
/// <para>Changes the client port of all members, and updates the saved cluster. Afterwards register the snapshot schedule again,
/// and export new credential packages.</para>
/// </example>
/// <example>
/// <code>Set-EtcdConfiguration prod -ClientCertificate Required -Configuration @{ 'tls-min-version' = 'TLS1.3' }</code>
/// <para>Refuses clients without a certificate of the authority, and TLS 1.2.</para>
/// </example>
/// <example>
/// <code>Set-EtcdConfiguration prod -HandEdit Keep</code>
/// <para>Adopts settings that were changed by hand in etcd.conf.yml of a member as settings of the cluster, and applies them to all members.</para>
/// </example>
/// <example>
/// <code>Set-EtcdConfiguration prod -VersionHold 2027-03-01</code>
/// <para>Holds the cluster at its version until 1 March 2027: Update-EtcdCluster and Update-EtcdMember refuse to change it.
/// -VersionHold None releases it.</para>
/// </example>
/// <example>
/// <code>Set-EtcdConfiguration prod -FromCluster -WhatIf</code>
/// <para>Shows what the profile would take from the cluster: members that another operator has added or removed, and their
/// addresses.</para>
/// </example>
/// <example>
/// <code>Set-EtcdConfiguration prod -QuotaBytes 8GB -Configuration @{ 'log-level' = 'warn'; 'max-request-bytes' = $null } -WhatIf</code>
/// <para>Shows the plan for a larger quota and fewer log messages. A setting with the value $null gets etcd's default
/// again.</para>
/// </example>
[Cmdlet(VerbsCommon.Set, "EtcdConfiguration", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdCluster))]
public sealed class SetEtcdConfigurationCommand : PlannedCmdlet
{
    /// <summary>
    /// The cluster: an object, or the name of a saved cluster. It must have been installed with Install-EtcdCluster.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The new client port of all members.</summary>
    [Parameter]
    public int? ClientPort { get; set; }

    /// <summary>The new peer port of all members.</summary>
    [Parameter]
    public int? PeerPort { get; set; }

    /// <summary>The IP addresses that every member listens on: 0.0.0.0 or :: for all.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? BindAddress { get; set; }

    /// <summary>
    /// How often the leader sends heartbeats to the followers: milliseconds or a TimeSpan. etcd's default: 100 ms.
    /// </summary>
    [Parameter]
    [Milliseconds]
    public TimeSpan? HeartbeatInterval { get; set; }

    /// <summary>
    /// How long a follower waits for a heartbeat before it starts an election: milliseconds or a TimeSpan, at least five
    /// heartbeats. etcd's default: 1 s.
    /// </summary>
    [Parameter]
    [Milliseconds]
    public TimeSpan? ElectionTimeout { get; set; }

    /// <summary>The number of transactions after which etcd makes a raft snapshot.</summary>
    [Parameter]
    public long? SnapshotCount { get; set; }

    /// <summary>
    /// The database size in bytes above which etcd refuses writes, for instance 8GB. etcd's default: 2 GB. If the alarm NOSPACE is
    /// armed and all databases have room under this quota, the last steps disarm it and prove a write.
    /// </summary>
    [Parameter]
    public long? QuotaBytes { get; set; }

    /// <summary>How etcd compacts its history automatically: periodic (by time) or revision (by number of revisions).</summary>
    [Parameter]
    [ValidateSet("periodic", "revision")]
    public string? AutoCompactionMode { get; set; }

    /// <summary>
    /// How much history automatic compaction keeps: a duration such as 8h, or a number of revisions. 0 turns automatic compaction
    /// off.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? AutoCompactionRetention { get; set; }

    /// <summary>The TLS 1.2 cipher suites to accept, by their IANA names.</summary>
    [Parameter]
    public string[]? CipherSuite { get; set; }

    /// <summary>
    /// Whether clients need a certificate of the cluster's authority (etcd's client-cert-auth): Required or NotRequested. Members always need
    /// certificates of each other. With NotRequested, everyone who reaches the members can connect.
    /// </summary>
    [Parameter]
    [ValidateSet("Required", "NotRequested")]
    public string? ClientCertificate { get; set; }

    /// <summary>Extra addresses that serve /metrics and /health.</summary>
    [Parameter]
    public Uri[]? MetricsUrl { get; set; }

    /// <summary>The minimum severity of the messages that etcd logs: debug, info, warn or error.</summary>
    [Parameter]
    [ValidateSet("debug", "info", "warn", "error")]
    public string? LogLevel { get; set; }

    /// <summary>
    /// Any other setting, by its name in etcd's configuration file. $null resets a setting to etcd's default. Durations are
    /// TimeSpans, text such as 40s, 1h30m or 500ms, or whole numbers in the unit of etcd's configuration file, which is
    /// nanoseconds for most settings. Settings that the installed etcd does not know, or that an EtcdAdmin command controls
    /// (data-dir, listen-client-urls, certificate files and so on), are refused.
    /// </summary>
    [Parameter]
    public Hashtable? Configuration { get; set; }

    /// <summary>Accepts settings that can cost data, for instance unsafe-no-fsync.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>
    /// What to do with settings that were changed by hand in the files of members. Keep adopts them as settings of the cluster,
    /// for all members. Overwrite replaces them, and keeps a copy of each file. Without -HandEdit, the command lists such changes
    /// and refuses.
    /// </summary>
    [Parameter]
    public HandEditAction? HandEdit { get; set; }

    /// <summary>
    /// Updates the profile from the cluster: its members and their addresses. Use it if the profile is older than the cluster.
    /// The host of a member that the profile does not have is looked up by the name and address of the member, with the login of
    /// the first member.
    /// </summary>
    [Parameter]
    public SwitchParameter FromCluster { get; set; }

    /// <summary>
    /// Holds the cluster at its version, so that Update-EtcdCluster and Update-EtcdMember refuse every change, to patch versions
    /// too: until a time (2027-03-01 ends the hold when that day begins on this machine), for a TimeSpan from now, or Forever.
    /// None releases the hold. It is saved in the profile on this machine; members are not restarted.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(VersionHoldCompleter))]
    public VersionHoldArgument? VersionHold { get; set; }

    /// <summary>How long each member may take to serve again: seconds or a TimeSpan. Default: 60 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        Operation<EtcdCluster> operation = await new ConfigurationChanger(Admin).PlanAsync(cluster, Request(), stop).ConfigureAwait(false);
        if (operation.Plan.IsEmpty) await SayAsync($"Cluster {cluster.Name} already has these settings; nothing to do.").ConfigureAwait(false);
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
            RequiresClientCertificates = ClientCertificate is null ? null
                : ClientCertificate.Equals("Required", StringComparison.OrdinalIgnoreCase),
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
            VersionHold = VersionHold is null ? null : new VersionHoldChange(VersionHold.Hold),
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
