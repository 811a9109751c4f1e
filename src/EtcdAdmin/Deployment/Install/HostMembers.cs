using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Volumes;

namespace EtcdAdmin.Deployment.Install;

/// <summary>Makes the members of a cluster on hosts: one member for each host, with the usual folders and ports of a Linux system.</summary>
internal sealed class HostMembers(InstallRequest request)
{
    /// <summary>The unit that runs a member.</summary>
    public const string Unit = "etcd.service";

    /// <summary>etcd's own port for clients.</summary>
    public const int DefaultClientPort = 2379;

    /// <summary>etcd's own port for peers.</summary>
    public const int DefaultPeerPort = 2380;

    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public IReadOnlyList<MemberSpec> Make(IReadOnlyList<HostRequest> hosts)
    {
        if (hosts.Count is < 1 or > InstallRequest.MaxSize)
            throw SpecRules.Invalid($"a cluster has 1 to {InstallRequest.MaxSize} members, not {hosts.Count}");
        if (Ports(request.ClientPorts, hosts.Count) is { } client) Addresses.CheckPorts(client, hosts.Count, "client");
        if (Ports(request.PeerPorts, hosts.Count) is { } peer) Addresses.CheckPorts(peer, hosts.Count, "peer");
        MemberSpec[] members = [.. hosts.Select((host, i) => Make(
            host, request.Name, i + 1, Ports(request.ClientPorts, hosts.Count)?[i], Ports(request.PeerPorts, hosts.Count)?[i]))];
        RequireDistinct(members.Select(member => member.HostName), "host");
        RequireDistinct(members.Select(member => member.Name), "member name");
        RequireDistinct(members.Select(member => member.Address), "address");
        return members;
    }

    /// <summary>One member.</summary>
    /// <param name="host">The request for the host.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="number">Its number in the cluster, from 1; used in its name where the host name cannot be the member name.</param>
    /// <param name="clientPort">The client port of all members; a port of the host comes first.</param>
    /// <param name="peerPort">The same for peers.</param>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static MemberSpec Make(HostRequest host, string cluster, int number, int? clientPort = null, int? peerPort = null)
    {
        string hostName = host.Connection.HostName;
        if (host.Connection.IsLocal)
            throw SpecRules.Invalid($"'{hostName}' is this machine; install members here with -Local, "
                + "or give another name or an address of this machine to use SSH");
        string name = host.Name ?? (ClusterName.IsAllowed(hostName) ? hostName : $"{cluster}-{number}");
        ClusterName.Check(name, "member");
        string address = host.Address ?? hostName;
        if (!Addresses.IsReachable(address))
            throw SpecRules.Invalid($"'{address}' is not an address at which other hosts can reach {hostName}{Addresses.WhyNot(address)}");
        if (host.BindAddress is { } bind) Addresses.CheckBind(bind);
        if (host.FileSystem is { } kind && host.DataDevice is null)
            throw SpecRules.Invalid($"a file system ('{StorageRules.FileSystem(kind)}') is given for {hostName}, but no device");
        string directory = StorageRules.DataPath(host.DataDirectory ?? "/var/lib/etcd");
        var member = new MemberSpec
        {
            Name = name,
            HostName = hostName,
            Connection = host.Connection,
            Address = address,
            BindAddress = host.BindAddress?.Replace(" ", "", StringComparison.Ordinal),
            ClientPort = host.ClientPort ?? clientPort ?? DefaultClientPort,
            PeerPort = host.PeerPort ?? peerPort ?? DefaultPeerPort,
            Directory = directory,
            ConfigDirectory = "/etc/etcd",
            WalDirectory = host.WalDirectory is { } wal ? SpecRules.HostPath(wal) : null,
            BinDirectory = "/opt/etcd",
            Unit = Unit,
            User = "etcd",
            Volume = host.DataDevice is { } device
                ? new DataVolume(StorageRules.Device(device), StorageRules.FileSystem(host.FileSystem), directory)
                : null,
        };
        Addresses.CheckPort(member.ClientPort);
        Addresses.CheckPort(member.PeerPort);
        if (member.ClientPort == member.PeerPort) throw SpecRules.Invalid($"clients and peers of {hostName} cannot share port {member.ClientPort}");
        return member;
    }

    /// <summary>Sets the address of a host to that of its connection, unless another address is given.</summary>
    /// <exception cref="EtcdException">SshNotFound, SpecInvalid.</exception>
    public static async Task<HostRequest> WithAddressAsync(AdminContext context, HostRequest host, CancellationToken cancellationToken) =>
        host.Address is not null ? host : host with
        {
            Address = await context.Hosts.ResolveAddressAsync(host.Connection, cancellationToken).ConfigureAwait(false),
        };

    /// <summary>Refuses other hosts than those of the cluster.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public void RequireSame(IReadOnlyList<HostRequest> hosts, ClusterSpec old)
    {
        string[] asked = [.. hosts.Select(host => host.Connection.HostName).Order(StringComparer.Ordinal)];
        string[] held = [.. old.Members.Select(member => member.HostName).Order(StringComparer.Ordinal)];
        if (asked.SequenceEqual(held))
        {
            if (hosts.FirstOrDefault(host => host.DataDevice is { } device
                && !old.Members.Any(member => member.Volume?.Device == device)) is { } other)
                throw SpecRules.Invalid($"the data of cluster '{request.Name}' is not on {other.DataDevice}; use Move-EtcdData to move it there");
            return;
        }

        throw new EtcdException(EtcdErrorIds.SpecInvalid,
            $"Cluster '{request.Name}' is on {string.Join(", ", held)}; installing again does not move it to {string.Join(", ", asked)}.")
        {
            Target = request.Name,
            NextStep = "To change the members, use Add-EtcdMember and Remove-EtcdMember. For another cluster, choose another name.",
        };
    }

    // One port for all hosts, or one for each.
    private static IReadOnlyList<int>? Ports(IReadOnlyList<int>? given, int size) =>
        given is { Count: 1 } ? [.. Enumerable.Repeat(given[0], size)] : given;

    private static void RequireDistinct(IEnumerable<string> values, string what)
    {
        string? twice = values.GroupBy(value => value, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null) throw SpecRules.Invalid($"the {what} '{twice}' is given twice");
    }
}
