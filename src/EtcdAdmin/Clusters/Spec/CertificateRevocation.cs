using EtcdAdmin.Security;

namespace EtcdAdmin.Clusters.Spec;

/// <summary>The certificates that the authority of a cluster has revoked. The members refuse them.</summary>
public sealed record CertificateRevocation
{
    /// <summary>The number of the list, 1 for the first.</summary>
    public required long Number { get; init; }

    /// <summary>The certificates in it.</summary>
    public required IReadOnlyList<RevokedCertificate> Certificates
    {
        get;
        init => field = new EqualList<RevokedCertificate>(value);
    }

    /// <summary>The signed list: DER, in base64. With it here, a member can be installed without the authority's key.</summary>
    public required string List { get; init; }
}
