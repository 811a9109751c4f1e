using EtcdAdmin.Client.Options;
using EtcdAdmin.Hosts.Connections;

namespace EtcdAdmin.Upgrades.Adoption;

/// <summary>The request to import a cluster.</summary>
public sealed record ImportRequest
{
    /// <summary>The name to save the cluster under.</summary>
    public required string Name { get; init; }

    /// <summary>The hosts of all its members.</summary>
    public required IReadOnlyList<HostConnection> Hosts { get; init; }

    /// <summary>A file on this machine with the authorities that verify the members; null uses the members' own.</summary>
    public string? CaFile { get; init; }

    /// <summary>A file on this machine with the client certificate; null looks for one on the hosts.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>A file on this machine with its private key; null if the certificate's file has it.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The passphrase of these files, if they are encrypted; null for none. Never printed, and not saved.</summary>
    public string? Passphrase { get; init; }

    /// <summary>The etcd user and password; not saved.</summary>
    public EtcdCredential? Credential { get; init; }

    /// <summary>The name of the cluster, without secrets.</summary>
    public override string ToString() => Name;
}
