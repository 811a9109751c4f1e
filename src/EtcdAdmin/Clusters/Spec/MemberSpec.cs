using System.Text.Json.Serialization;

namespace EtcdAdmin.Clusters;

/// <summary>One member of a managed cluster and where it lives.</summary>
public sealed record MemberSpec
{
    /// <summary>etcd's <c>name</c>, unique in the cluster.</summary>
    public required string Name { get; init; }

    /// <summary>The host it runs on; <c>localhost</c> is this machine.</summary>
    public required string HostName { get; init; }

    /// <summary>The IP address or name that it listens on and that others reach it by.</summary>
    public required string Address { get; init; }

    /// <summary>TCP port for clients; etcd's own default is 2379.</summary>
    public required int ClientPort { get; init; }

    /// <summary>TCP port for the other members; etcd's own default is 2380.</summary>
    public required int PeerPort { get; init; }

    /// <summary>The folder on the host that holds everything of this member.</summary>
    public required string Directory { get; init; }

    /// <summary>The folder on the host that holds the etcd releases, one folder per version; shared by the cluster's members there.</summary>
    public required string BinDirectory { get; init; }

    /// <summary>Where its files are.</summary>
    [JsonIgnore]
    public MemberLayout Layout => new(Directory);

    /// <summary>The path of one of etcd's programs on the host.</summary>
    /// <param name="program"><c>etcd</c>, <c>etcdctl</c> or <c>etcdutl</c>.</param>
    /// <param name="version">The release it is of.</param>
    public string BinaryPath(string program, EtcdVersion version) => $"{BinDirectory}/{version}/{program}";

    /// <summary>The URL that clients use.</summary>
    /// <param name="tls">Whether the cluster speaks TLS.</param>
    public Uri ClientUrl(bool tls) => Url(tls, ClientPort);

    /// <summary>The URL that the other members use.</summary>
    /// <param name="tls">Whether the cluster speaks TLS.</param>
    public Uri PeerUrl(bool tls) => Url(tls, PeerPort);

    // UriBuilder puts IPv6 addresses into brackets.
    private Uri Url(bool tls, int port) => new UriBuilder(tls ? "https" : "http", Address, port).Uri;
}
