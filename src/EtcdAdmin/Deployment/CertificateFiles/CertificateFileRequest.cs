using EtcdAdmin.Security;

namespace EtcdAdmin.Deployment.CertificateFiles;

/// <summary>The certificates to make, and the folder for them.</summary>
public sealed record CertificateFileRequest
{
    /// <summary>What they are for.</summary>
    public IReadOnlyList<CertificateProfile> Uses { get; init; } = [CertificateProfile.Server, CertificateProfile.Peer];

    /// <summary>The members of the cluster by name; empty for all.</summary>
    public IReadOnlyList<string> Members { get; init; } = [];

    /// <summary>The common name of a client, or of a member without a cluster; null generates one for clients.</summary>
    public string? CommonName { get; init; }

    /// <summary>The names and addresses of a member without a cluster.</summary>
    public IReadOnlyList<string> HostNames { get; init; } = [];

    /// <summary>Further names and addresses. <c>{member}</c> stands for the name of the member.</summary>
    public IReadOnlyList<string> ExtraNames { get; init; } = [];

    /// <summary>The lifetime, not longer than the authority's. Null is a year, or less if the authority expires before.</summary>
    public TimeSpan? Validity { get; init; }

    /// <summary>How far the start of the validity is dated back.</summary>
    public TimeSpan Backdate { get; init; } = CertificateAuthority.ClockSkew;

    /// <summary>The type of the new keys.</summary>
    public KeyAlgorithm KeyAlgorithm { get; init; } = KeyAlgorithm.EcdsaP256;

    /// <summary>Writes requests, for an authority whose key is elsewhere.</summary>
    public bool RequestOnly { get; init; }

    /// <summary>The authority; null is the cluster's.</summary>
    public CertificateAuthority? Authority { get; init; }

    /// <summary>The folder for the files; it is created if it does not exist.</summary>
    public required string Destination { get; init; }

    /// <summary>Replaces existing files.</summary>
    public bool Overwrite { get; init; }
}
