using System.Text.Json.Serialization;

namespace EtcdAdmin.Clusters.Spec;

/// <summary>The places of a member that EtcdAdmin did not install: its files lie where its own tool put them.</summary>
/// <remarks>EtcdAdmin reads them, and starts and stops the member by its own unit. It writes none of them.</remarks>
public sealed record AdoptedMember
{
    /// <summary>What installed it.</summary>
    public required AdoptedKind Kind { get; init; }

    /// <summary>What installed it, in words: <c>package etcd-server 3.4.23</c>, <c>unit etcd.service</c>.</summary>
    public required string Source { get; init; }

    /// <summary>etcd's <c>data-dir</c>.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>etcd's <c>wal-dir</c>; null is etcd's default in the data folder.</summary>
    public string? WalDirectory { get; init; }

    /// <summary>The etcd program.</summary>
    public required string Program { get; init; }

    /// <summary>The URL that clients use, as the cluster's member list has it.</summary>
    public required Uri ClientUrl { get; init; }

    /// <summary>The URL that the other members use, as the cluster's member list has it.</summary>
    public required Uri PeerUrl { get; init; }

    /// <summary>The cluster's id in hexadecimal. With <see cref="MemberId"/> it proves that the data on the host is this member's.</summary>
    public required string ClusterId { get; init; }

    /// <summary>The member's id in hexadecimal.</summary>
    public required string MemberId { get; init; }

    /// <summary>The file of its systemd unit; null if no unit runs it.</summary>
    public string? UnitFile { get; init; }

    /// <summary>etcd's configuration file; null if it has none.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>The file with its environment variables; null if it has none.</summary>
    public string? EnvironmentFile { get; init; }

    /// <summary>Further files with environment variables, in the order in which systemd reads them; null if there are none.</summary>
    public IReadOnlyList<string>? OtherEnvironmentFiles
    {
        get;
        init => field = value is null ? null : new EqualList<string>(value);
    }

    /// <summary>All files with environment variables.</summary>
    [JsonIgnore]
    internal IEnumerable<string> EnvironmentFiles => [.. new[] { EnvironmentFile }.OfType<string>(), .. OtherEnvironmentFiles ?? []];

    /// <summary>The authorities that verify clients; null if it has none.</summary>
    public string? CaFile { get; init; }

    /// <summary>Its certificate for clients.</summary>
    public string? ServerCertificateFile { get; init; }

    /// <summary>The key of the server certificate.</summary>
    public string? ServerKeyFile { get; init; }

    /// <summary>The authorities that verify peers.</summary>
    public string? PeerCaFile { get; init; }

    /// <summary>Its certificate for the other members.</summary>
    public string? PeerCertificateFile { get; init; }

    /// <summary>The key of the peer certificate.</summary>
    public string? PeerKeyFile { get; init; }

    /// <summary>Whether its data has no database yet: it runs etcd 2.3, which keeps everything in raft snapshots and log.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool HasNoDatabase { get; init; }

    /// <summary>The directory that an unfinished Convert-EtcdMember moves the data to; null if none was begun.</summary>
    public string? ConvertsTo { get; init; }

    /// <summary>Whether no systemd unit runs it, so that it can only be read.</summary>
    [JsonIgnore]
    public bool IsReadOnly => UnitFile is null || Kind is AdoptedKind.KubeadmStaticPod or AdoptedKind.Container or AdoptedKind.Process;

    /// <summary>All full paths that the record has, by their names in a profile.</summary>
    [JsonIgnore]
    internal IEnumerable<(string Name, string? Path)> Paths =>
    [
        ("dataDirectory", DataDirectory), ("walDirectory", WalDirectory), ("program", Program), ("unitFile", UnitFile), ("configFile", ConfigFile),
        ("environmentFile", EnvironmentFile), ("caFile", CaFile), ("serverCertificateFile", ServerCertificateFile),
        ("serverKeyFile", ServerKeyFile), ("peerCaFile", PeerCaFile), ("peerCertificateFile", PeerCertificateFile), ("peerKeyFile", PeerKeyFile),
        ("convertsTo", ConvertsTo), .. (OtherEnvironmentFiles ?? []).Select(path => ("otherEnvironmentFiles", (string?)path)),
    ];
}
