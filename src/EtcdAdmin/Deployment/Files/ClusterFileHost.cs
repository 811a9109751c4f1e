namespace EtcdAdmin.Deployment.Files;

/// <summary>One host of a cluster file, and the member on it. Null means that the file has no own value for this host.</summary>
public sealed record ClusterFileHost
{
    /// <summary>How to reach the host, as given: a name, an address, <c>user@host:port</c>, or a name of ~/.ssh/config.</summary>
    public required string HostName { get; init; }

    /// <summary>The member's name.</summary>
    public string? Name { get; init; }

    /// <summary>The address at which clients and members reach the member.</summary>
    public string? Address { get; init; }

    /// <summary>The address that the member listens on.</summary>
    public string? BindAddress { get; init; }

    /// <summary>Its port for clients.</summary>
    public int? ClientPort { get; init; }

    /// <summary>Its port for the other members.</summary>
    public int? PeerPort { get; init; }

    /// <summary>The user to log in as.</summary>
    public string? UserName { get; init; }

    /// <summary>The SSH port.</summary>
    public int? Port { get; init; }

    /// <summary>The private key to log in with, see <see cref="ClusterFile.KeyFilePath"/>.</summary>
    public string? KeyFilePath { get; init; }

    /// <summary>Options of ssh by their names in ssh_config.</summary>
    public IReadOnlyDictionary<string, string>? Options { get; init; }

    /// <summary>The block device on the host for its data.</summary>
    public string? DataDevice { get; init; }

    /// <summary>The file system to make on that device: <c>ext4</c> or <c>xfs</c>.</summary>
    public string? FileSystem { get; init; }

    /// <summary>The folder on the host for its data.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>A separate folder on the host for its write-ahead log.</summary>
    public string? WalDirectory { get; init; }
}
