using System.Collections;
using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Install;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Security;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Installs a cluster, with TLS both ways unless told otherwise, and proves that it serves. Run again it completes a half-made
/// cluster, applies changed settings, or says that there is nothing to do. A parameter that is not given leaves things as they
/// are, or takes the default for a new cluster.
/// </summary>
/// <example>
/// <code>Install-EtcdCluster -Name prod -HostName n1, n2, n3 -UserName ops</code>
/// <para>One member on each of three Linux hosts, under systemd, reached by ssh as the user ops, who may use sudo.</para>
/// </example>
/// <example>
/// <code>Install-EtcdCluster -Name demo -Local -Size 3</code>
/// <para>Three members on this machine, on free ports, with the newest etcd available.</para>
/// </example>
/// <example>
/// <code>Install-EtcdCluster -Name demo -Local -QuotaBytes 8GB -WhatIf</code>
/// <para>Shows the plan for raising the quota of a cluster that is there: one member after the other is restarted.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Install, "EtcdCluster", SupportsShouldProcess = true, DefaultParameterSetName = HostSet)]
[OutputType(typeof(EtcdCluster))]
public sealed class InstallEtcdClusterCommand : HostCmdlet
{
    private const string LocalSet = "Local";
    private const string FileSet = "File";

    /// <summary>A file that describes the whole cluster: YAML, JSON or a PowerShell data file; see about_EtcdClusterFile.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FileSet, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = null!; // mandatory

    /// <summary>The cluster's name. Members on this machine get it with a number behind; members on hosts are named after those.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = LocalSet)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = HostSet)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = null!; // mandatory

    /// <summary>All members on this machine, as processes that outlive the session.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LocalSet)]
    public SwitchParameter Local { get; set; }

    /// <summary>How many members on this machine; 1 for a new cluster. Odd is better: an even one survives no more failures than one less.</summary>
    [Parameter(ParameterSetName = LocalSet)]
    public int? Size { get; set; }

    /// <summary>The version of etcd: 3.5.16, or 3.5 for its newest; by default the newest available.</summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    [ValidateNotNullOrEmpty]
    public string? Version { get; set; }

    /// <summary>The file or folder to take etcd from: a release archive, a .deb package, or unpacked programs.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Package { get; set; }

    /// <summary>A mirror in the layout of the official releases, with SHA256SUMS beside each.</summary>
    [Parameter]
    public Uri? PackageUrl { get; set; }

    /// <summary>
    /// On this machine the IP address or name that all members listen on, by default 127.0.0.1. On hosts the address of each, in
    /// their order, by default where ssh connects to.
    /// </summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    [ValidateNotNullOrEmpty]
    public string[]? Address { get; set; }

    /// <summary>The IP addresses of each host to listen on, for instance 0.0.0.0 for all; by default the host's address alone.</summary>
    [Parameter(ParameterSetName = HostSet)]
    [ValidateNotNullOrEmpty]
    public string[]? BindAddress { get; set; }

    /// <summary>The folder for the data on the hosts; by default /var/lib/etcd.</summary>
    [Parameter(ParameterSetName = HostSet)]
    [ValidateNotNullOrEmpty]
    public string? DataDirectory { get; set; }

    /// <summary>A folder for the write-ahead log alone, on a disk of its own for instance.</summary>
    [Parameter(ParameterSetName = HostSet)]
    [ValidateNotNullOrEmpty]
    public string? WalDirectory { get; set; }

    /// <summary>An empty block device of each host that gets a file system for the data, for instance /dev/sdb.</summary>
    [Parameter(ParameterSetName = HostSet)]
    [ValidateNotNullOrEmpty]
    public string? DataDevice { get; set; }

    /// <summary>The kind of that file system; ext4 by default.</summary>
    [Parameter(ParameterSetName = HostSet)]
    [ValidateSet("ext4", "xfs")]
    public string? FileSystem { get; set; }

    /// <summary>
    /// Makes the file system of -DataDevice even if the device carries something, which is lost; a mounted device is refused all the same.
    /// Takes settings that can cost data, for instance unsafe-no-fsync.
    /// </summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>How many hosts are worked on at once.</summary>
    [Parameter]
    [ValidateRange(1, 100)]
    public int ThrottleLimit { get; set; } = PlanExecutor.DefaultThrottleLimit;

    /// <summary>Client ports, one per member or one for all hosts; on this machine free ones from 2379 on, on hosts 2379.</summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    public int[]? ClientPort { get; set; }

    /// <summary>Peer ports, one per member or one for all hosts; on this machine free ones from 2379 on, on hosts 2380.</summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    public int[]? PeerPort { get; set; }

    /// <summary>Plain http for clients and peers. Whoever reaches the ports then reads and writes everything.</summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    public SwitchParameter NoTls { get; set; }

    /// <summary>The kind of the private keys of a new cluster.</summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    public KeyAlgorithm KeyAlgorithm { get; set; } = KeyAlgorithm.EcdsaP256;

    /// <summary>How often the leader calls its followers: milliseconds or a TimeSpan; etcd's default is 100 ms.</summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    [Milliseconds]
    public TimeSpan? HeartbeatInterval { get; set; }

    /// <summary>How long a follower waits for the leader: milliseconds or a TimeSpan, at least five heartbeats; etcd's default is 1 s.</summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    [Milliseconds]
    public TimeSpan? ElectionTimeout { get; set; }

    /// <summary>How many transactions are applied until etcd makes a raft snapshot.</summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    public long? SnapshotCount { get; set; }

    /// <summary>The size in bytes (8GB is understood) at which the database takes no more writes; etcd's default is 2 GB.</summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    public long? QuotaBytes { get; set; }

    /// <summary>How etcd compacts its history by itself: by time or by number of revisions.</summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    [ValidateSet("periodic", "revision")]
    public string? AutoCompactionMode { get; set; }

    /// <summary>What it keeps: a duration such as 8h, or a number of revisions; 0 turns it off.</summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    [ValidateNotNullOrEmpty]
    public string? AutoCompactionRetention { get; set; }

    /// <summary>The TLS 1.2 cipher suites to accept, by their IANA names.</summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    public string[]? CipherSuite { get; set; }

    /// <summary>Extra addresses that answer /metrics and /health; the second member on a host has the port raised by one, and so on.</summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    public Uri[]? MetricsUrl { get; set; }

    /// <summary>
    /// Any other setting by its name in etcd's configuration file, for instance @{ 'max-request-bytes' = 4MB }. Durations are TimeSpans, text
    /// such as 40s, 1h30m or 500ms, or whole nanoseconds. What the installed etcd does not know, or EtcdAdmin decides, is refused.
    /// </summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    public Hashtable? Configuration { get; set; }

    /// <summary>The folder for the folders of members on this machine; by default in the user's EtcdAdmin folder.</summary>
    [Parameter(ParameterSetName = LocalSet)]
    [ValidateNotNullOrEmpty]
    public string? Directory { get; set; }

    /// <summary>How long the members have to become healthy: seconds or a TimeSpan; by default 60 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        InstallRequest request = ParameterSetName == FileSet ? await FromFileAsync(stop).ConfigureAwait(false) : Request();
        Introduce(request.Hosts?.Select(host => host.Connection) ?? []);
        Operation<EtcdCluster> operation = await new ClusterInstaller(Admin).PlanAsync(request, stop).ConfigureAwait(false);
        if (operation.Plan.IsEmpty) await SayAsync($"Cluster {request.Name} is as asked; nothing to do.").ConfigureAwait(false);
        EtcdCluster? cluster = operation.Plan.IsEmpty
            ? await Admin.Profiles.LoadAsync(request.Name, stop).ConfigureAwait(false)
            : await CarryOutAsync(operation, stop, ThrottleLimit).ConfigureAwait(false);
        if (cluster is not null) await WriteAsync(cluster).ConfigureAwait(false);
    }

    private async Task<InstallRequest> FromFileAsync(CancellationToken stop)
    {
        InstallRequest request = InstallFile.ToRequest(await ClusterFiles.ReadAsync(PathOf(Path)!, stop).ConfigureAwait(false)); // mandatory
        return request with
        {
            Package = request.Package with { Path = PathOf(Package) ?? request.Package.Path, BaseUrl = PackageUrl },
            HealthTimeout = Timeout ?? request.HealthTimeout,
            ForceSettings = Force,
        };
    }

    private InstallRequest Request()
    {
        var request = new InstallRequest
        {
            Name = Name,
            Size = Size,
            Hosts = ParameterSetName == HostSet ? Hosts() : null,
            Address = ParameterSetName == LocalSet ? OneAddress() : null,
            ClientPorts = ClientPort,
            PeerPorts = PeerPort,
            Tls = MyInvocation.BoundParameters.ContainsKey(nameof(NoTls)) ? !NoTls.IsPresent : null,
            KeyAlgorithm = KeyAlgorithm,
            Package = new PackageRequest { Version = PackageArguments.Version(Version), Path = PathOf(Package), BaseUrl = PackageUrl },
            Tuning = Tuning(),
            Directory = PathOf(Directory),
            ForceSettings = Force,
        };
        return Timeout is { } timeout ? request with { HealthTimeout = timeout } : request;
    }

    private IReadOnlyList<HostRequest> Hosts()
    {
        IReadOnlyList<HostConnection> connections = Connections();
        if (Address is not null && Address.Length != connections.Count)
            throw new ArgumentException($"{connections.Count} host(s) need {connections.Count} address(es), {Address.Length} given.", nameof(Address));
        return [.. connections.Select((connection, i) => new HostRequest
        {
            Connection = connection,
            Address = Address?[i],
            BindAddress = BindAddress is null ? null : string.Join(',', BindAddress),
            DataDirectory = DataDirectory,
            WalDirectory = WalDirectory,
            DataDevice = DataDevice,
            FileSystem = FileSystem,
            ForceFormat = Force,
        })];
    }

    private string? OneAddress() => Address is null or { Length: 1 }
        ? Address?[0]
        : throw new ArgumentException("Members on this machine have one address.", nameof(Address));

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
