using System.Collections;
using System.Management.Automation;
using System.Security;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Files;
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
/// Installs an etcd cluster on Linux hosts or on this machine, and checks that it answers requests. TLS is used between members
/// and for clients, unless -NoTls is given.
///
/// If the cluster exists already, the command installs what is missing, applies changed settings, or reports that there is
/// nothing to do. Settings for which no parameter is given stay as they are; a new cluster gets the defaults. Hosts other than
/// those of the cluster are refused: use Add-EtcdMember and Remove-EtcdMember.
/// </summary>
/// <example>
/// <code>Install-EtcdCluster -Name prod -HostName n1, n2, n3 -UserName ops</code>
/// <para>Installs one member on each of three Linux hosts, as a systemd service. The user ops logs in by ssh and uses
/// sudo.</para>
/// </example>
/// <example>
/// <code>Install-EtcdCluster -Name demo -Local -Size 3</code>
/// <para>Installs three members on this machine, on free ports, with the newest etcd available.</para>
/// </example>
/// <example>
/// <code>Install-EtcdCluster -Name demo -Local -QuotaBytes 8GB -WhatIf</code>
/// <para>Shows the plan for a larger quota of an existing cluster. The members are restarted one after the other.</para>
/// </example>
/// <example>
/// <code>Install-EtcdCluster -Name prod -HostName n1, n2, n3 -CertificateAuthority ./ca.p12 -Passphrase (Read-Host -AsSecureString)</code>
/// <para>Installs a cluster whose certificates are signed by an authority of your own.</para>
/// </example>
/// <example>
/// <code>Install-EtcdCluster -Name prod -HostName n1, n2, n3 -SeparatePeerAuthority</code>
/// <para>Installs a cluster with one authority for clients and another one for peers: no client certificate is accepted at the peer ports.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Install, "EtcdCluster", SupportsShouldProcess = true, DefaultParameterSetName = HostSet)]
[OutputType(typeof(EtcdCluster))]
public sealed class InstallEtcdClusterCommand : HostCmdlet
{
    private const string LocalSet = "Local";
    private const string FileSet = "File";

    /// <summary>
    /// A cluster file that describes the whole cluster: YAML, JSON or a PowerShell data file. See about_EtcdClusterFile.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = FileSet, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = null!; // mandatory

    /// <summary>
    /// The name of the cluster. Members on this machine are named after it, with a number: demo-1. Members on hosts get the names
    /// of their hosts.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = LocalSet)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = HostSet)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = null!; // mandatory

    /// <summary>Installs all members on this machine. They run as processes that continue after the session ends.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LocalSet)]
    public SwitchParameter Local { get; set; }

    /// <summary>
    /// The number of members on this machine. Choose an odd number: four members tolerate no more failures than three. Default: 1
    /// for a new cluster.
    /// </summary>
    [Parameter(ParameterSetName = LocalSet)]
    public int? Size { get; set; }

    /// <summary>
    /// The version of etcd: 3.5.16, or 3.5 for the newest 3.5. Default: the newest available; an existing cluster keeps its
    /// version, and another one is refused.
    /// </summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    [ValidateNotNullOrEmpty]
    public string? Version { get; set; }

    /// <summary>
    /// The file or folder to take etcd from: a release archive, a .deb package, or a folder with unpacked programs.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Package { get; set; }

    /// <summary>The URL of a mirror in the layout of the official releases, with a SHA256SUMS file for each release.</summary>
    [Parameter]
    public Uri? PackageUrl { get; set; }

    /// <summary>
    /// With -Local, the IP address or name that all members listen on; default: 127.0.0.1. With -HostName, the address of each
    /// host, in the order of the hosts; default: the address that ssh connects to.
    /// </summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    [ValidateNotNullOrEmpty]
    public string[]? Address { get; set; }

    /// <summary>
    /// The IP addresses that every member listens on, for instance 0.0.0.0 for all addresses of its host. Default: the host's
    /// address only.
    /// </summary>
    [Parameter(ParameterSetName = HostSet)]
    [ValidateNotNullOrEmpty]
    public string[]? BindAddress { get; set; }

    /// <summary>The folder for the data on the hosts. Default: /var/lib/etcd.</summary>
    [Parameter(ParameterSetName = HostSet)]
    [ValidateNotNullOrEmpty]
    public string? DataDirectory { get; set; }

    /// <summary>
    /// A separate folder for the write-ahead log, for instance on another disk. Default: the log is kept in the data folder.
    /// </summary>
    [Parameter(ParameterSetName = HostSet)]
    [ValidateNotNullOrEmpty]
    public string? WalDirectory { get; set; }

    /// <summary>
    /// An empty block device on each host, for instance /dev/sdb. The command creates a file system for the data on it.
    /// </summary>
    [Parameter(ParameterSetName = HostSet)]
    [ValidateNotNullOrEmpty]
    public string? DataDevice { get; set; }

    /// <summary>The type of file system to create on -DataDevice: ext4 or xfs. Default: ext4.</summary>
    [Parameter(ParameterSetName = HostSet)]
    [ValidateSet("ext4", "xfs")]
    public string? FileSystem { get; set; }

    /// <summary>
    /// Creates the file system on -DataDevice even if the device is not empty; its contents are lost. A device that is mounted,
    /// has partitions or is in use is always refused. Also accepts settings that can cost data, for instance unsafe-no-fsync.
    /// </summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The maximum number of hosts to work on in parallel, 1 to 100. Default: 16.</summary>
    [Parameter]
    [ValidateRange(1, 100)]
    public int ThrottleLimit { get; set; } = PlanExecutor.DefaultThrottleLimit;

    /// <summary>
    /// The client port: one for all members, or one for each. Default: 2379 on hosts; free ports from 2379 on this machine.
    /// </summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    public int[]? ClientPort { get; set; }

    /// <summary>
    /// The peer port: one for all members, or one for each. Default: 2380 on hosts; free ports from 2379 on this machine.
    /// </summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    public int[]? PeerPort { get; set; }

    /// <summary>
    /// Uses plain http for clients and peers. Anyone who can connect to the ports can then read and write all data.
    /// </summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    public SwitchParameter NoTls { get; set; }

    /// <summary>
    /// The type of the private keys of a new cluster: EcdsaP256, EcdsaP384, Rsa2048, Rsa3072 or Rsa4096. Default: EcdsaP256.
    /// </summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    public KeyAlgorithm KeyAlgorithm { get; set; } = KeyAlgorithm.EcdsaP256;

    /// <summary>
    /// An authority of your own for a new cluster: a PEM file with its certificate, and those of all authorities above it up to the
    /// root, or a PKCS#12 file. Its key is kept in the profile on this machine, not encrypted. With -CertificatePath, only its certificate is
    /// needed. Default: a new authority.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CertificateAuthority { get; set; }

    /// <summary>The PEM file with the private key of -CertificateAuthority, if it is not in the same file.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CertificateAuthorityKey { get; set; }

    /// <summary>The passphrase of the private key of -CertificateAuthority, or of the PKCS#12 file.</summary>
    [Parameter]
    public SecureString? Passphrase { get; set; }

    /// <summary>
    /// The folder with certificates that -CertificateAuthority signed elsewhere, because its key is not here: for each member n1 the files
    /// n1-server.crt and n1-peer.crt, and client-root.crt for the operator, each beside its key and with its intermediate authorities.
    /// New-EtcdCertificate -RequestOnly makes the keys and the requests. All are checked before anything is changed. Default: this machine issues the
    /// certificates.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CertificatePath { get; set; }

    /// <summary>
    /// Makes a certificate authority for clients and another one for peers. A client certificate is then refused at the peer ports, and a
    /// certificate that members have for their peers is refused at the client ports. Default: one authority for both.
    /// </summary>
    [Parameter]
    public SwitchParameter SeparatePeerAuthority { get; set; }

    /// <summary>
    /// An authority of your own for peers, in a file as for -CertificateAuthority; implies -SeparatePeerAuthority. Its root must be another one than
    /// that of -CertificateAuthority. Default: a new authority.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PeerCertificateAuthority { get; set; }

    /// <summary>The PEM file with the private key of -PeerCertificateAuthority, if it is not in the same file.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PeerCertificateAuthorityKey { get; set; }

    /// <summary>The passphrase of the private key of -PeerCertificateAuthority, or of the PKCS#12 file.</summary>
    [Parameter]
    public SecureString? PeerPassphrase { get; set; }

    /// <summary>
    /// How often the leader sends heartbeats to the followers: milliseconds or a TimeSpan. etcd's default: 100 ms.
    /// </summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    [Milliseconds]
    public TimeSpan? HeartbeatInterval { get; set; }

    /// <summary>
    /// How long a follower waits for a heartbeat before it starts an election: milliseconds or a TimeSpan, at least five
    /// heartbeats. etcd's default: 1 s.
    /// </summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    [Milliseconds]
    public TimeSpan? ElectionTimeout { get; set; }

    /// <summary>The number of transactions after which etcd makes a raft snapshot.</summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    public long? SnapshotCount { get; set; }

    /// <summary>The database size in bytes above which etcd refuses writes, for instance 8GB. etcd's default: 2 GB.</summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    public long? QuotaBytes { get; set; }

    /// <summary>How etcd compacts its history automatically: periodic (by time) or revision (by number of revisions).</summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    [ValidateSet("periodic", "revision")]
    public string? AutoCompactionMode { get; set; }

    /// <summary>
    /// How much history automatic compaction keeps: a duration such as 8h, or a number of revisions. 0 turns automatic compaction
    /// off.
    /// </summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    [ValidateNotNullOrEmpty]
    public string? AutoCompactionRetention { get; set; }

    /// <summary>The TLS 1.2 cipher suites to accept, by their IANA names.</summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    public string[]? CipherSuite { get; set; }

    /// <summary>
    /// Extra addresses that serve /metrics and /health. If a host runs several members, each additional member uses the next
    /// higher port.
    /// </summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    public Uri[]? MetricsUrl { get; set; }

    /// <summary>
    /// Any other setting, by its name in etcd's configuration file, for instance @{ 'max-request-bytes' = 4MB }. Durations are
    /// TimeSpans, text such as 40s, 1h30m or 500ms, or whole numbers in the unit of etcd's configuration file, which is
    /// nanoseconds for most settings. Settings that the installed etcd does not know, or that an EtcdAdmin command controls
    /// (data-dir, listen-client-urls, certificate files and so on), are refused.
    /// </summary>
    [Parameter(ParameterSetName = LocalSet)]
    [Parameter(ParameterSetName = HostSet)]
    public Hashtable? Configuration { get; set; }

    /// <summary>
    /// The folder for the members on this machine; each member gets a subfolder. Default: a folder in your EtcdAdmin folder.
    /// </summary>
    [Parameter(ParameterSetName = LocalSet)]
    [ValidateNotNullOrEmpty]
    public string? Directory { get; set; }

    /// <summary>How long the command waits for the members to become healthy: seconds or a TimeSpan. Default: 60 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        ClusterFile? file = ParameterSetName == FileSet
            ? await ClusterFiles.ReadAsync(PathOf(Path)!, stop).ConfigureAwait(false) // mandatory
            : null;
        InstallRequest request = file is null ? Request() : FromFile(file);
        (string? certificate, string? key) = CertificateAuthority is null
            ? (file?.CertificateAuthority, PathOf(CertificateAuthorityKey) ?? file?.CertificateAuthorityKey)
            : (PathOf(CertificateAuthority), PathOf(CertificateAuthorityKey));
        using GivenAuthority authority = await AuthorityArguments.ReadAsync(
            certificate, key, Passphrase, PathOf(CertificatePath) ?? file?.CertificatePath, Admin.Clock, stop).ConfigureAwait(false);
        (string? peerCertificate, string? peerKey) = PeerCertificateAuthority is null
            ? (file?.PeerCertificateAuthority, PathOf(PeerCertificateAuthorityKey) ?? file?.PeerCertificateAuthorityKey)
            : (PathOf(PeerCertificateAuthority), PathOf(PeerCertificateAuthorityKey));
        using CertificateAuthority? peers = await AuthorityArguments.ReadAsync(
            peerCertificate, peerKey, PeerPassphrase, Admin.Clock, stop, nameof(PeerCertificateAuthority)).ConfigureAwait(false);
        request = request with { Authority = authority.Issuing, SignedElsewhere = authority.Signed, PeerAuthority = peers };
        if (MyInvocation.BoundParameters.ContainsKey(nameof(SeparatePeerAuthority)))
            request = request with { SeparatePeerAuthority = SeparatePeerAuthority.IsPresent };
        Introduce(request.Hosts?.Select(host => host.Connection) ?? []);
        Operation<EtcdCluster> operation = await new ClusterInstaller(Admin).PlanAsync(request, stop).ConfigureAwait(false);
        if (operation.Plan.IsEmpty)
            await SayAsync($"Cluster {request.Name} already has these members and settings; nothing to do.").ConfigureAwait(false);
        EtcdCluster? cluster = operation.Plan.IsEmpty
            ? await Admin.Profiles.LoadAsync(request.Name, stop).ConfigureAwait(false)
            : await CarryOutAsync(operation, stop, ThrottleLimit).ConfigureAwait(false);
        if (cluster is not null) await WriteAsync(cluster).ConfigureAwait(false);
    }

    private InstallRequest FromFile(ClusterFile file)
    {
        InstallRequest request = InstallFile.ToRequest(file);
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
            throw new ArgumentException(
                $"{connections.Count} host(s) need {connections.Count} address(es), but {Address.Length} were given.", nameof(Address));
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
        : throw new ArgumentException("All members on this machine share one address: give a single -Address.", nameof(Address));

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
