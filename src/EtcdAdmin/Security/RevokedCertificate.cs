namespace EtcdAdmin.Security;

/// <summary>A certificate that an authority has revoked.</summary>
/// <param name="SerialNumber">Its serial number, upper-case hexadecimal without leading zeros beyond whole bytes.</param>
/// <param name="RevokedAt">When it was revoked.</param>
public sealed record RevokedCertificate(string SerialNumber, DateTimeOffset RevokedAt)
{
    /// <summary>Its holder, for instance <c>CN=app</c>; null if only the serial number is known.</summary>
    public string? Subject { get; init; }

    /// <summary>The last second of its validity; null if unknown. After that the list need not have it.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>Why it was revoked.</summary>
    public RevocationReason Reason { get; init; }
}

/// <summary>Why a certificate was revoked, for readers of the list: etcd refuses it for any reason. RFC 5280, 5.3.1.</summary>
public enum RevocationReason
{
    /// <summary>No reason is given.</summary>
    Unspecified = 0,

    /// <summary>Its private key is, or may be, known to others.</summary>
    KeyCompromise = 1,

    /// <summary>Its holder has another one now.</summary>
    Superseded = 4,

    /// <summary>Its holder no longer needs it.</summary>
    CessationOfOperation = 5,
}
