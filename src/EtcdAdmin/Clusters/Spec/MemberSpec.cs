using System.Text.Json.Serialization;
using EtcdAdmin.Hosts.Connections;

namespace EtcdAdmin.Clusters.Spec;

/// <summary>One member of a managed cluster and its place.</summary>
public sealed record MemberSpec
{
    /// <summary>etcd's <c>name</c>, unique in the cluster.</summary>
    public required string Name { get; init; }

    /// <summary>The operator's name for its host; <c>localhost</c> is this machine.</summary>
    public required string HostName { get; init; }

    /// <summary>The connection to that host; null for this machine.</summary>
    public HostConnection? Connection { get; init; }

    /// <summary>Its IP address or name for clients and the other members.</summary>
    public required string Address { get; init; }

    /// <summary>The IP addresses it listens on, separated by commas; <c>0.0.0.0</c> or <c>::</c> is all; null is <see cref="Address"/>.</summary>
    public string? BindAddress { get; init; }

    /// <summary>TCP port for clients; etcd's default is 2379.</summary>
    public required int ClientPort { get; init; }

    /// <summary>TCP port for the other members; etcd's default is 2380.</summary>
    public required int PeerPort { get; init; }

    /// <summary>The folder on the host for its data, and for its other files without a separate folder.</summary>
    public required string Directory { get; init; }

    /// <summary>The folder on the host for its configuration, certificates and keys; null is <see cref="Directory"/>.</summary>
    public string? ConfigDirectory { get; init; }

    /// <summary>The folder for the write-ahead log if it is separate from the data; null is etcd's default in the data folder.</summary>
    public string? WalDirectory { get; init; }

    /// <summary>The folder on the host with the etcd releases, one subfolder per version; shared by the cluster's members on this host.</summary>
    public required string BinDirectory { get; init; }

    /// <summary>The systemd unit that runs it, for instance <c>etcd.service</c>; null means a plain process.</summary>
    public string? Unit { get; init; }

    /// <summary>The system user it runs as under systemd; null means the user who starts it.</summary>
    public string? User { get; init; }

    /// <summary>The separate file system for its data; null if it uses one of the host's.</summary>
    public DataVolume? Volume { get; init; }

    /// <summary>Folders that its data was in before it was moved, and that may still contain it; null for none.</summary>
    public IReadOnlyList<string>? FormerDirectories
    {
        get;
        init => field = value is null ? null : new EqualList<string>(value);
    }

    /// <summary>The version installed for it while an update of the cluster is unfinished; null is the cluster's version.</summary>
    public EtcdVersion? Version { get; init; }

    /// <summary>How it joined the cluster; null means together with all current members.</summary>
    public MemberBootstrap? Bootstrap { get; init; }

    /// <summary>The places that its own tool gave it, if EtcdAdmin did not install it; null if EtcdAdmin did.</summary>
    public AdoptedMember? Adopted { get; init; }

    /// <summary>The paths of its files.</summary>
    [JsonIgnore]
    public MemberLayout Layout => new(Directory, ConfigDirectory ?? Directory) { Adopted = Adopted };

    /// <summary>etcd's <c>wal-dir</c>; null is etcd's default in the data folder. It is a subfolder of <see cref="WalDirectory"/>, because etcd
    /// creates it under another name and renames it, which needs a writable parent folder.</summary>
    [JsonIgnore]
    public string? WalPath => Adopted is { } own ? own.WalDirectory : WalDirectory is { } folder ? folder + "/wal" : null;

    /// <summary>The folder of its write-ahead log.</summary>
    [JsonIgnore]
    public string WalFolder => WalPath ?? Layout.DataDirectory + "/member/wal";

    /// <summary>Its database; empty if it has none, as etcd 2.3.</summary>
    [JsonIgnore]
    public string DatabaseFile => Adopted is { HasNoDatabase: true } ? "" : Layout.DataDirectory + "/member/snap/db";

    /// <summary>Where operators read its log.</summary>
    [JsonIgnore]
    public string LogPlace => Adopted is { IsReadOnly: true } own ? $"the log of its {own.Source} on {HostName}"
        : Unit is null ? $"{Layout.LogFile} on {HostName}" : $"'journalctl -u {Unit}' on {HostName}";

    /// <summary>The path of one of etcd's programs on the host.</summary>
    /// <param name="program"><c>etcd</c>, <c>etcdctl</c> or <c>etcdutl</c>.</param>
    /// <param name="version">The release.</param>
    public string BinaryPath(string program, EtcdVersion version) =>
        Adopted is null ? $"{BinDirectory}/{version}/{program}" : $"{BinDirectory}/{program}";

    /// <summary>The URL that clients use.</summary>
    /// <param name="tls">Whether the cluster uses TLS.</param>
    public Uri ClientUrl(bool tls) => Adopted?.ClientUrl ?? Url(tls, Address, ClientPort);

    /// <summary>The URL that the other members use.</summary>
    /// <param name="tls">Whether the cluster uses TLS.</param>
    public Uri PeerUrl(bool tls) => Adopted?.PeerUrl ?? Url(tls, Address, PeerPort);

    /// <summary>The URLs on which it listens for clients.</summary>
    /// <param name="tls">Whether the cluster uses TLS.</param>
    public IReadOnlyList<Uri> ClientListenUrls(bool tls) => [.. BindAddresses.Select(address => Url(tls, address, ClientPort))];

    /// <summary>The URLs on which it listens for the other members.</summary>
    /// <param name="tls">Whether the cluster uses TLS.</param>
    public IReadOnlyList<Uri> PeerListenUrls(bool tls) => [.. BindAddresses.Select(address => Url(tls, address, PeerPort))];

    private string[] BindAddresses => (BindAddress ?? Address).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    // UriBuilder puts IPv6 addresses into brackets.
    private static Uri Url(bool tls, string address, int port) => new UriBuilder(tls ? "https" : "http", address, port).Uri;
}
