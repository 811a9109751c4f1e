using System.Collections;
using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Security;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Installs a cluster, with TLS both ways unless told otherwise, and proves that it serves. Run again it completes a half-made
/// cluster, applies changed settings, or says that there is nothing to do. A parameter that is not given leaves things as they
/// are, or takes the default for a new cluster.
/// </summary>
/// <example>
/// <code>Install-EtcdCluster -Name demo -Local -Size 3</code>
/// <para>Three members on this machine, on free ports, with the newest etcd to be had.</para>
/// </example>
/// <example>
/// <code>Install-EtcdCluster -Name demo -Local -QuotaBytes 8GB -WhatIf</code>
/// <para>Shows the plan for raising the quota of a cluster that is there: one member after the other is restarted.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Install, "EtcdCluster", SupportsShouldProcess = true, DefaultParameterSetName = "Local")]
[OutputType(typeof(EtcdCluster))]
public sealed class InstallEtcdClusterCommand : PlannedCmdlet
{
    /// <summary>The cluster's name; its members get it with a number behind.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Local")]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = null!; // mandatory

    /// <summary>All members on this machine, as processes that outlive the session. For now the only way, so it must be given.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Local")]
    public SwitchParameter Local { get; set; }

    /// <summary>How many members; 1 for a new cluster. Odd is better: an even one survives no more failures than one less.</summary>
    [Parameter]
    public int? Size { get; set; }

    /// <summary>The version of etcd: 3.5.16, or 3.5 for its newest; by default the newest to be had.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Version { get; set; }

    /// <summary>The file or folder to take etcd from: a release archive, a .deb package, or unpacked programs.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Package { get; set; }

    /// <summary>A mirror in the layout of the official releases, with SHA256SUMS beside each.</summary>
    [Parameter]
    public Uri? PackageUrl { get; set; }

    /// <summary>The IP address or name that the members listen on; 127.0.0.1 for a new cluster.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Address { get; set; }

    /// <summary>Client ports, one per member; free ones from 2379 on for a new cluster.</summary>
    [Parameter]
    public int[]? ClientPort { get; set; }

    /// <summary>Peer ports, one per member; free ones from 2379 on for a new cluster.</summary>
    [Parameter]
    public int[]? PeerPort { get; set; }

    /// <summary>Plain http for clients and peers. Whoever reaches the ports then reads and writes everything.</summary>
    [Parameter]
    public SwitchParameter NoTls { get; set; }

    /// <summary>The kind of the private keys of a new cluster.</summary>
    [Parameter]
    public KeyAlgorithm KeyAlgorithm { get; set; } = KeyAlgorithm.EcdsaP256;

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

    /// <summary>Extra addresses that answer /metrics and /health; the second member on a host has the port raised by one, and so on.</summary>
    [Parameter]
    public Uri[]? MetricsUrl { get; set; }

    /// <summary>Any other setting by its name in etcd's configuration file, for instance @{ 'max-request-bytes' = 4MB }.</summary>
    [Parameter]
    public Hashtable? Configuration { get; set; }

    /// <summary>The folder for the members' folders; by default in the user's EtcdAdmin folder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>How long the members have to become healthy: seconds or a TimeSpan; by default 60 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        Operation<EtcdCluster> operation = await new ClusterInstaller(Admin).PlanAsync(Request(), stop).ConfigureAwait(false);
        if (operation.Plan.IsEmpty) await SayAsync($"Cluster {Name} is as asked; nothing to do.").ConfigureAwait(false);
        EtcdCluster? cluster = operation.Plan.IsEmpty
            ? await Admin.Profiles.LoadAsync(Name, stop).ConfigureAwait(false)
            : await CarryOutAsync(operation, stop).ConfigureAwait(false);
        if (cluster is not null) await WriteAsync(cluster).ConfigureAwait(false);
    }

    private InstallRequest Request()
    {
        var request = new InstallRequest
        {
            Name = Name,
            Size = Size,
            Address = Address,
            ClientPorts = ClientPort,
            PeerPorts = PeerPort,
            Tls = MyInvocation.BoundParameters.ContainsKey(nameof(NoTls)) ? !NoTls.IsPresent : null,
            KeyAlgorithm = KeyAlgorithm,
            Package = new EtcdPackageWish { Version = Version, Path = PathOf(Package), BaseUrl = PackageUrl },
            Tuning = Tuning(),
            Directory = PathOf(Path),
        };
        return Timeout is { } timeout ? request with { HealthTimeout = timeout } : request;
    }

    private EtcdTuning Tuning() => new()
    {
        HeartbeatInterval = HeartbeatInterval,
        ElectionTimeout = ElectionTimeout,
        SnapshotCount = SnapshotCount,
        QuotaBytes = QuotaBytes,
        AutoCompactionMode = AutoCompactionMode,
        AutoCompactionRetention = AutoCompactionRetention,
        CipherSuites = CipherSuite,
        MetricsUrls = MetricsUrl,
        Extra = PlainValues.From(Configuration),
    };
}
