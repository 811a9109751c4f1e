using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Client.Records;

/// <summary>Facts about an endpoint from its connections.</summary>
public sealed record EndpointFacts
{
    /// <summary>The end of validity of its last certificate; null for plaintext endpoints.</summary>
    public DateTimeOffset? CertificateNotAfter { get; init; }

    /// <summary>The authority that expires first among those that make the certificate trusted; null if there is none, or if the system's authorities
    /// were used.</summary>
    internal X509Certificate2? FirstAuthorityToEnd { get; init; }

    /// <summary>How far its clock is ahead of this machine's, to a second; null if its answers have no date (plaintext endpoints).</summary>
    public TimeSpan? ClockSkew { get; init; }
}
