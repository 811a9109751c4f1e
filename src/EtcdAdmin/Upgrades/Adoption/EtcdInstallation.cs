using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts.Connections;

namespace EtcdAdmin.Upgrades.Adoption;

/// <summary>An etcd on a host: a running process, or a unit that is installed and does not run. Null is "not known".</summary>
public sealed record EtcdInstallation
{
    /// <summary>The operator's name for the host.</summary>
    public required string HostName { get; init; }

    /// <summary>The connection to the host.</summary>
    public required HostConnection Connection { get; init; }

    /// <summary>What installed it; null if EtcdAdmin did.</summary>
    public AdoptedKind? Kind { get; init; }

    /// <summary>What installed it, in words: <c>package etcd-server 3.4.23</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The cluster that EtcdAdmin installed it for; null if EtcdAdmin did not install it.</summary>
    public string? Cluster { get; init; }

    /// <summary>Whether a process runs.</summary>
    public bool IsRunning => ProcessId is not null;

    /// <summary>Its process.</summary>
    public int? ProcessId { get; init; }

    /// <summary>The systemd unit that runs it.</summary>
    public string? Unit { get; init; }

    /// <summary>The file of that unit.</summary>
    public string? UnitFile { get; init; }

    /// <summary>Whether the unit starts at boot: <c>enabled</c>, <c>disabled</c>, <c>masked</c>.</summary>
    public string? UnitState { get; init; }

    /// <summary>The release that runs.</summary>
    public EtcdVersion? Version { get; init; }

    /// <summary>The release that is installed, which the next start runs.</summary>
    public EtcdVersion? InstalledVersion { get; init; }

    /// <summary>The distribution's package.</summary>
    public string? Package { get; init; }

    /// <summary>The version of the package.</summary>
    public string? PackageVersion { get; init; }

    /// <summary>The etcd program.</summary>
    public string? Program { get; init; }

    /// <summary>The system user that it runs as.</summary>
    public string? User { get; init; }

    /// <summary>etcd's <c>name</c>.</summary>
    public string? Name => Settings.GetValueOrDefault("name");

    /// <summary>The cluster's id in hexadecimal.</summary>
    public string? ClusterId { get; init; }

    /// <summary>The member's id in hexadecimal.</summary>
    public string? MemberId { get; init; }

    /// <summary>The folder with its data.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>The folder of its write-ahead log, if it is separate from the data.</summary>
    public string? WalDirectory { get; init; }

    /// <summary>etcd's configuration file.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>The files with its environment variables.</summary>
    public IReadOnlyList<string> EnvironmentFiles { get; init; } = [];

    /// <summary>The URLs that it tells clients to use.</summary>
    public IReadOnlyList<Uri> ClientUrls { get; init; } = [];

    /// <summary>The URLs that it tells the other members to use. Empty if it finds them with DNS records (<c>discovery-srv</c>).</summary>
    public IReadOnlyList<Uri> PeerUrls { get; init; } = [];

    /// <summary>Its settings, by their names in etcd's configuration file.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>What it does not use of its configuration file, variables and flags, or what the next start would refuse, as sentences.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"{HostName}: {Source}";
}
