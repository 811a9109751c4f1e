using EtcdAdmin.Security;

namespace EtcdAdmin.Deployment.Revocation;

/// <summary>A revoked certificate of a cluster.</summary>
/// <param name="Cluster">The name of the cluster.</param>
/// <param name="SerialNumber">Its serial number, upper-case hexadecimal.</param>
/// <param name="RevokedAt">When it was revoked.</param>
/// <param name="Reason">Why.</param>
public sealed record EtcdRevokedCertificate(string Cluster, string SerialNumber, DateTimeOffset RevokedAt, RevocationReason Reason)
{
    /// <summary>Its holder; null if only the serial number is known.</summary>
    public string? Subject { get; init; }

    /// <summary>The last second of its validity; null if unknown.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    internal static EtcdRevokedCertificate From(string cluster, RevokedCertificate revoked) =>
        new(cluster, revoked.SerialNumber, revoked.RevokedAt, revoked.Reason) { Subject = revoked.Subject, NotAfter = revoked.NotAfter };
}
