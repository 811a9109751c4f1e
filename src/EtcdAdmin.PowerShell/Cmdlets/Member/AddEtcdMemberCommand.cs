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
/// Adds members to a cluster, one after the other: installs etcd on the host, lets the member follow without a vote until it has
/// caught up, then gives it its vote. The cluster serves all the time. Run again after an interruption it carries on.
/// </summary>
/// <example>
/// <code>Get-EtcdCluster prod | Add-EtcdMember n4, n5</code>
/// <para>Makes a cluster of three one of five.</para>
/// </example>
/// <example>
/// <code>Add-EtcdMember n4 -Cluster prod -Learner</code>
/// <para>A member that follows and never votes, in a far data centre for instance.</para>
/// </example>
[Cmdlet(VerbsCommon.Add, "EtcdMember", SupportsShouldProcess = true, DefaultParameterSetName = HostSet)]
[OutputType(typeof(EtcdMember))]
public sealed class AddEtcdMemberCommand : HostCmdlet
{
    /// <summary>The cluster, as an object or by its name.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The names of the members, one for each host; by default the hosts' own.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? MemberName { get; set; }

    /// <summary>Leaves them without a vote.</summary>
    [Parameter]
    public SwitchParameter Learner { get; set; }

    /// <summary>The address of each host, in their order; by default where ssh connects to.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Address { get; set; }

    /// <summary>The IP addresses of each host to listen on, for instance 0.0.0.0 for all; by default the host's address alone.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? BindAddress { get; set; }

    /// <summary>The client port; by default that of the first member.</summary>
    [Parameter]
    public int? ClientPort { get; set; }

    /// <summary>The peer port; by default that of the first member.</summary>
    [Parameter]
    public int? PeerPort { get; set; }

    /// <summary>The folder for the data; by default /var/lib/etcd.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DataDirectory { get; set; }

    /// <summary>A folder for the write-ahead log alone.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WalDirectory { get; set; }

    /// <summary>An empty block device of each host that gets a file system for the data, for instance /dev/sdb.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DataDevice { get; set; }

    /// <summary>The kind of that file system; ext4 by default.</summary>
    [Parameter]
    [ValidateSet("ext4", "xfs")]
    public string? FileSystem { get; set; }

    /// <summary>Makes the file system even if the device carries something, which is lost. A mounted device is refused all the same.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The file or folder to take etcd from; the version is the cluster's in any case.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Package { get; set; }

    /// <summary>A mirror in the layout of the official releases.</summary>
    [Parameter]
    public Uri? PackageUrl { get; set; }

    /// <summary>The kind of the members' private keys.</summary>
    [Parameter]
    public KeyAlgorithm KeyAlgorithm { get; set; } = KeyAlgorithm.EcdsaP256;

    /// <summary>How long each may take to catch up: seconds or a TimeSpan; by default 10 minutes.</summary>
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
        };
        if (Timeout is { } timeout) request = request with { Timeout = timeout };
        Operation<EtcdMember> operation = await new MemberAdder(Admin).PlanAsync(cluster, request, stop).ConfigureAwait(false);
        if (operation.Plan.IsEmpty) await SayAsync($"{connection.HostName} has its member of cluster {cluster.Name}; nothing to do.").ConfigureAwait(false);
        EtcdMember? member = operation.Plan.IsEmpty
            ? await operation.RunAsync(CoreEvents, stop).ConfigureAwait(false)
            : await CarryOutAsync(operation, stop).ConfigureAwait(false);
        if (member is not null) await WriteAsync(member).ConfigureAwait(false);
    }

    private static void RequireOneEach(string[]? values, int hosts, string parameter)
    {
        if (values is not null && values.Length != hosts)
            throw new ArgumentException($"{hosts} host(s) need {hosts} value(s), {values.Length} given.", parameter);
    }
}
