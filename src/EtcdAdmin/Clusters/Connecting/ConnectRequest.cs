using EtcdAdmin.Client.Options;

namespace EtcdAdmin.Clusters.Connecting;

/// <summary>The connection to an existing cluster. Null is "not given": then the <c>ETCDCTL_*</c> variables apply.</summary>
public sealed record ConnectRequest
{
    /// <summary>The name to save it under; null does not save it.</summary>
    public string? Name { get; init; }

    /// <summary>Client URLs; <c>host:port</c> is https if certificates are given, otherwise http.</summary>
    public IReadOnlyList<string>? Endpoints { get; init; }

    /// <summary>The file with the trusted authorities.</summary>
    public string? CaFile { get; init; }

    /// <summary>The file with the client certificate.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The file with its private key; null if the certificate's file has it.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The passphrase of these files, if they are encrypted; null for none. Never printed, and not saved.</summary>
    public string? Passphrase { get; init; }

    /// <summary>The folder for relative paths in variables; null is the process's own. A shell can be in another folder than its process.</summary>
    public string? Folder { get; init; }

    /// <summary>User and password.</summary>
    public EtcdCredential? Credential { get; init; }

    /// <summary>A credential package, or its unpacked folder, instead of the three files.</summary>
    public string? CredentialPackage { get; init; }

    /// <summary>What is connected to, without secrets.</summary>
    public override string ToString() => Name ?? CredentialPackage ?? string.Join(", ", Endpoints ?? []);
}
