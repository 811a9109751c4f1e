using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Security;

namespace EtcdAdmin.Provisioning;

/// <summary>The request for an installation. Null keeps the present value; for a new cluster it is the default.</summary>
public sealed record InstallRequest
{
    /// <summary>The most members a cluster should have; etcd's FAQ advises at most seven.</summary>
    public const int MaxSize = 9;

    /// <summary>The cluster's name.</summary>
    public required string Name { get; init; }

    /// <summary>The hosts, one for each member; null installs all members on this machine, or keeps the present hosts.</summary>
    public IReadOnlyList<HostRequest>? Hosts { get; init; }

    /// <summary>
    /// The number of members on this machine, 1 to <see cref="MaxSize"/>; default 1. Use an odd number: one more member tolerates no more
    /// failures.
    /// </summary>
    public int? Size { get; init; }

    /// <summary>The IP address or name that members on this machine listen on; default 127.0.0.1.</summary>
    public string? Address { get; init; }

    /// <summary>Client ports, one per member; default free ones from 2379 on for members on this machine, 2379 on hosts.</summary>
    public IReadOnlyList<int>? ClientPorts { get; init; }

    /// <summary>Peer ports, one per member; default free ones from 2380 on for members on this machine, 2380 on hosts.</summary>
    public IReadOnlyList<int>? PeerPorts { get; init; }

    /// <summary>TLS for clients and peers; default yes.</summary>
    public bool? Tls { get; init; }

    /// <summary>The algorithm of the keys of a new cluster.</summary>
    public KeyAlgorithm KeyAlgorithm { get; init; } = KeyAlgorithm.EcdsaP256;

    /// <summary>An authority of the operator's own; null creates one for a new cluster.</summary>
    public CertificateAuthority? Authority { get; init; }

    /// <summary>An authority whose key is elsewhere, and the certificates that it signed, for a new cluster; null for one that issues them here.
    /// </summary>
    public SignedRequest? SignedElsewhere { get; init; }

    /// <summary>Gives peers an authority of their own; default no. For an existing cluster, this cannot change.</summary>
    public bool? SeparatePeerAuthority { get; init; }

    /// <summary>An authority of the operator's own for peers, which implies <see cref="SeparatePeerAuthority"/>; null creates one.</summary>
    public CertificateAuthority? PeerAuthority { get; init; }

    /// <summary>Whether peers are to have an authority of their own; null for the present state.</summary>
    internal bool? WantsPeerAuthority => PeerAuthority is not null ? true : SeparatePeerAuthority;

    /// <summary>The source and version of etcd; default the newest available.</summary>
    public PackageRequest Package { get; init; } = new();

    /// <summary>Settings; null values are not changed.</summary>
    public EtcdTuning Tuning { get; init; } = new();

    /// <summary>Allows settings that can lose data, such as <c>unsafe-no-fsync</c>.</summary>
    public bool ForceSettings { get; init; }

    /// <summary>The folder for the folders of members on this machine; default the user's EtcdAdmin folder.</summary>
    public string? Directory { get; init; }

    /// <summary>How long the members have to become healthy.</summary>
    public TimeSpan HealthTimeout { get; init; } = TimeSpan.FromSeconds(60);

    internal IReadOnlySet<string> HostsToForce =>
        (Hosts ?? []).Where(host => host.ForceFormat).Select(host => host.Connection.HostName).ToHashSet(StringComparer.Ordinal);
}

/// <summary>A host that gets a member, with its own values. Null means the default.</summary>
public sealed record HostRequest
{
    /// <summary>How to connect to the host.</summary>
    public required HostConnection Connection { get; init; }

    /// <summary>The member's name; default the host name as given.</summary>
    public string? Name { get; init; }

    /// <summary>The IP address or name at which clients and the other members reach the member; default the address of the connection.</summary>
    public string? Address { get; init; }

    /// <summary>
    /// IP addresses to listen on, separated by commas; <c>0.0.0.0</c> or <c>::</c> is all addresses. Default the IP addresses of
    /// <see cref="Address"/>.
    /// </summary>
    public string? BindAddress { get; init; }

    /// <summary>Client port; default 2379.</summary>
    public int? ClientPort { get; init; }

    /// <summary>Peer port; default 2380.</summary>
    public int? PeerPort { get; init; }

    /// <summary>The folder for the data; default <c>/var/lib/etcd</c>.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>A separate folder for the write-ahead log; default none.</summary>
    public string? WalDirectory { get; init; }

    /// <summary>An empty block device that gets a file system for the data; default none.</summary>
    public string? DataDevice { get; init; }

    /// <summary>The file system of the device: <c>ext4</c> (default) or <c>xfs</c>.</summary>
    public string? FileSystem { get; init; }

    /// <summary>Makes the file system also on a device that is not empty; its contents are lost. A mounted device is never formatted.</summary>
    public bool ForceFormat { get; init; }
}
