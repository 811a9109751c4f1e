using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Security;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Adds members to a cluster, one after the other. On each host the command installs etcd and starts the member as a learner.
/// When the learner has caught up, it is promoted to a voting member. The cluster stays available throughout. After an
/// interruption, run the same command again; it continues.
/// </summary>
/// <example>
/// <code>Get-EtcdCluster prod | Add-EtcdMember n4, n5</code>
/// <para>Grows a cluster of three members to five.</para>
/// </example>
/// <example>
/// <code>Add-EtcdMember n4 -Cluster prod -Learner</code>
/// <para>Adds a member that never votes, for instance in a remote data centre.</para>
/// </example>
[Cmdlet(VerbsCommon.Add, "EtcdMember", SupportsShouldProcess = true, DefaultParameterSetName = HostSet)]
[OutputType(typeof(EtcdMember))]
public sealed class AddEtcdMemberCommand : HostCmdlet
{
    /// <summary>
    /// The cluster: an object, or the name of a saved cluster. It must have been installed with Install-EtcdCluster.
    /// </summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The names of the new members, one for each host. Default: the names of the hosts.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? MemberName { get; set; }

    /// <summary>
    /// Leaves the new members as learners, without a vote: they are not promoted. The same command without -Learner promotes them
    /// later.
    /// </summary>
    [Parameter]
    public SwitchParameter Learner { get; set; }

    /// <summary>The address of each host, in the order of the hosts. Default: the address that ssh connects to.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Address { get; set; }

    /// <summary>
    /// The IP addresses that every member listens on, for instance 0.0.0.0 for all addresses of its host. Default: the host's
    /// address only.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? BindAddress { get; set; }

    /// <summary>The client port. Default: the client port of the first member.</summary>
    [Parameter]
    public int? ClientPort { get; set; }

    /// <summary>The peer port. Default: the peer port of the first member.</summary>
    [Parameter]
    public int? PeerPort { get; set; }

    /// <summary>The folder for the data on the hosts. Default: /var/lib/etcd.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DataDirectory { get; set; }

    /// <summary>
    /// A separate folder for the write-ahead log, for instance on another disk. Default: the log is kept in the data folder.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WalDirectory { get; set; }

    /// <summary>
    /// An empty block device on each host, for instance /dev/sdb. The command creates a file system for the data on it.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DataDevice { get; set; }

    /// <summary>The type of file system to create on -DataDevice: ext4 or xfs. Default: ext4.</summary>
    [Parameter]
    [ValidateSet("ext4", "xfs")]
    public string? FileSystem { get; set; }

    /// <summary>
    /// Creates the file system on -DataDevice even if the device is not empty; its contents are lost. A device that is mounted,
    /// has partitions or is in use is always refused.
    /// </summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The file or folder to take etcd from. It must have the cluster's version.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Package { get; set; }

    /// <summary>The URL of a mirror in the layout of the official releases.</summary>
    [Parameter]
    public Uri? PackageUrl { get; set; }

    /// <summary>
    /// The type of the new members' private keys: EcdsaP256, EcdsaP384, Rsa2048, Rsa3072 or Rsa4096. Default: EcdsaP256.
    /// </summary>
    [Parameter]
    public KeyAlgorithm KeyAlgorithm { get; set; } = KeyAlgorithm.EcdsaP256;

    /// <summary>
    /// The folder with certificates of the new members that were signed elsewhere: for member n4 the files n4-server.crt and n4-peer.crt, beside the
    /// keys that New-EtcdCertificate -RequestOnly made. They are checked before anything is changed. Default: the cluster's authority issues the
    /// certificates.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CertificatePath { get; set; }

    /// <summary>How long each new member may take to catch up: seconds or a TimeSpan. Default: 10 minutes.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        IReadOnlyList<HostConnection> connections = Connections();
        RequireOneEach(MemberName, connections.Count, nameof(MemberName));
        RequireOneEach(Address, connections.Count, nameof(Address));
        Introduce(connections);
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        await ForEachAsync(connections.Index(), (host, token) => AddAsync(cluster, host.Item, host.Index, token), stop).ConfigureAwait(false);
    }

    private async Task AddAsync(EtcdCluster cluster, HostConnection connection, int i, CancellationToken stop)
    {
        var request = new AddMemberRequest
        {
            Host = new HostRequest
            {
                Connection = connection,
                Name = MemberName?[i],
                Address = Address?[i],
                BindAddress = BindAddress is null ? null : string.Join(',', BindAddress),
                ClientPort = ClientPort,
                PeerPort = PeerPort,
                DataDirectory = DataDirectory,
                WalDirectory = WalDirectory,
                DataDevice = DataDevice,
                FileSystem = FileSystem,
                ForceFormat = Force,
            },
            Learner = Learner,
            Package = new PackageRequest { Path = PathOf(Package), BaseUrl = PackageUrl },
            KeyAlgorithm = KeyAlgorithm,
            SignedFolder = PathOf(CertificatePath),
        };
        if (Timeout is { } timeout) request = request with { Timeout = timeout };
        Operation<EtcdMember> operation = await new MemberAdder(Admin).PlanAsync(cluster, request, stop).ConfigureAwait(false);
        if (operation.Plan.IsEmpty)
            await SayAsync($"{connection.HostName} already has a member of cluster {cluster.Name}; nothing to do.").ConfigureAwait(false);
        EtcdMember? member = operation.Plan.IsEmpty
            ? await operation.RunAsync(CoreEvents, stop).ConfigureAwait(false)
            : await CarryOutAsync(operation, stop).ConfigureAwait(false);
        if (member is not null) await WriteAsync(member).ConfigureAwait(false);
    }

    private static void RequireOneEach(string[]? values, int hosts, string parameter)
    {
        if (values is not null && values.Length != hosts)
            throw new ArgumentException($"{hosts} host(s) need {hosts} value(s), but {values.Length} were given.", parameter);
    }
}
