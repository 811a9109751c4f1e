using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Security;

namespace EtcdAdmin.Provisioning;

/// <summary>What the operator asks of an installation. Null is "as it is", and for a new cluster the default.</summary>
public sealed record InstallRequest
{
    /// <summary>The most members a cluster should have; etcd's FAQ advises at most seven.</summary>
    public const int MaxSize = 9;

    /// <summary>The cluster's name.</summary>
    public required string Name { get; init; }

    /// <summary>The hosts of the members, one each; null puts all members on this machine, or leaves them where they are.</summary>
    public IReadOnlyList<HostRequest>? Hosts { get; init; }

    /// <summary>How many members on this machine, 1 to <see cref="MaxSize"/>; default 1. Odd is better: an even one tolerates no more failures.</summary>
    public int? Size { get; init; }

    /// <summary>The IP address or name that members on this machine listen on; default 127.0.0.1.</summary>
    public string? Address { get; init; }

    /// <summary>Client ports, one per member; default free ones from 2379 on for members on this machine, 2379 on hosts.</summary>
    public IReadOnlyList<int>? ClientPorts { get; init; }

    /// <summary>Peer ports, one per member; default free ones from 2380 on for members on this machine, 2380 on hosts.</summary>
    public IReadOnlyList<int>? PeerPorts { get; init; }

    /// <summary>TLS for clients and peers; default yes.</summary>
    public bool? Tls { get; init; }

    /// <summary>The kind of the keys of a new cluster.</summary>
    public KeyAlgorithm KeyAlgorithm { get; init; } = KeyAlgorithm.EcdsaP256;

    /// <summary>Where etcd comes from, and which version; default the newest available.</summary>
    public PackageRequest Package { get; init; } = new();

    /// <summary>Settings; those that are null stay as they are.</summary>
    public EtcdTuning Tuning { get; init; } = new();

    /// <summary>Takes settings that can cost data, such as <c>unsafe-no-fsync</c>.</summary>
    public bool ForceSettings { get; init; }

    /// <summary>The folder for the folders of members on this machine; default the user's EtcdAdmin folder.</summary>
    public string? Directory { get; init; }

    /// <summary>How long the members have to become healthy.</summary>
    public TimeSpan HealthTimeout { get; init; } = TimeSpan.FromSeconds(60);

    internal IReadOnlySet<string> HostsToForce =>
        (Hosts ?? []).Where(host => host.ForceFormat).Select(host => host.Connection.HostName).ToHashSet(StringComparer.Ordinal);
}

/// <summary>A host that shall have a member, and what is special about it. Null is the default.</summary>
public sealed record HostRequest
{
    /// <summary>How it is reached.</summary>
    public required HostConnection Connection { get; init; }

    /// <summary>The member's name; default the host's name as the operator gave it.</summary>
    public string? Name { get; init; }

    /// <summary>The IP address or name that clients and the other members reach it by; default where its connection goes.</summary>
    public string? Address { get; init; }

    /// <summary>IP addresses to listen on, separated by commas; <c>0.0.0.0</c> or <c>::</c> is all. Default what its address stands for.</summary>
    public string? BindAddress { get; init; }

    /// <summary>Client port; default 2379.</summary>
    public int? ClientPort { get; init; }

    /// <summary>Peer port; default 2380.</summary>
    public int? PeerPort { get; init; }

    /// <summary>The folder for the data; default <c>/var/lib/etcd</c>.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>A folder for the write-ahead log alone; default none.</summary>
    public string? WalDirectory { get; init; }

    /// <summary>An empty block device that gets a file system for the data; default none.</summary>
    public string? DataDevice { get; init; }

    /// <summary>The kind of that file system: <c>ext4</c> (default) or <c>xfs</c>.</summary>
    public string? FileSystem { get; init; }

    /// <summary>Makes it also where the device carries something, which is lost then. Never done to a mounted device.</summary>
    public bool ForceFormat { get; init; }
}
