using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Client.Records;

/// <summary>What an endpoint showed of itself beside its answers.</summary>
public sealed record EndpointFacts
{
    /// <summary>Until when the certificate is valid that it showed last; null on plaintext endpoints.</summary>
    public DateTimeOffset? CertificateNotAfter { get; init; }

    /// <summary>Of the authorities through which that certificate is trusted, the one that ends first; null where there is none, or the system's were used.</summary>
    internal X509Certificate2? FirstAuthorityToEnd { get; init; }

    /// <summary>How far its clock is ahead of ours, to a second; null where it does not date its answers (plaintext endpoints).</summary>
    public TimeSpan? ClockSkew { get; init; }
}
