using EtcdAdmin.Client.Options;

namespace EtcdAdmin.Clusters.Connecting;

/// <summary>How to reach a cluster that is there already. Null is "not given": the <c>ETCDCTL_*</c> variables stand in.</summary>
public sealed record ConnectRequest
{
    /// <summary>The name to save it under; null saves nothing.</summary>
    public string? Name { get; init; }

    /// <summary>Client URLs; <c>host:port</c> is taken as https where TLS material is given, else http.</summary>
    public IReadOnlyList<string>? Endpoints { get; init; }

    /// <summary>File with the authorities to trust.</summary>
    public string? CaFile { get; init; }

    /// <summary>File with the certificate to show.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>File with its private key.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The folder from which relative paths in variables count; null is the process's own. A shell can be somewhere else than its process.</summary>
    public string? Folder { get; init; }

    /// <summary>User and password.</summary>
    public EtcdCredential? Credential { get; init; }

    /// <summary>A credential package, or the folder it was unpacked into; instead of the three files.</summary>
    public string? CredentialPackage { get; init; }
}
