using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Security;

/// <summary>The extensions of a member's or client's certificate, by certificate profile.</summary>
internal static class CertificateExtensions
{
    /// <summary>id-kp-serverAuth, RFC 5280 4.2.1.12.</summary>
    public const string ServerAuth = "1.3.6.1.5.5.7.3.1";

    /// <summary>id-kp-clientAuth, RFC 5280 4.2.1.12.</summary>
    public const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    private const string Rsa = "1.2.840.113549.1.1.1"; // rsaEncryption, RFC 8017

    /// <summary>Those of an issued certificate.</summary>
    public static IEnumerable<X509Extension> For(CertificateProfile profile, PublicKey key, X509Certificate2 authority) =>
    [
        .. Requested(profile, key),
        KeyIdentifierOf(authority),
    ];

    /// <summary>The reference to the authority that signed something.</summary>
    public static X509AuthorityKeyIdentifierExtension KeyIdentifierOf(X509Certificate2 authority) =>
        X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
            authority, includeKeyIdentifier: HasKeyIdentifier(authority), includeIssuerAndSerial: !HasKeyIdentifier(authority));

    /// <summary>Those that a request can have: it does not know the authority.</summary>
    public static IEnumerable<X509Extension> Requested(CertificateProfile profile, PublicKey key)
    {
        X509KeyUsageFlags usage = X509KeyUsageFlags.DigitalSignature;
        // RSA keys also encrypt the session key in older TLS key exchanges; ECDSA keys only sign.
        if (key.Oid.Value == Rsa) usage |= X509KeyUsageFlags.KeyEncipherment;
        OidCollection purposes = profile switch
        {
            CertificateProfile.Server or CertificateProfile.Peer => [new Oid(ServerAuth), new Oid(ClientAuth)],
            CertificateProfile.Client => [new Oid(ClientAuth)],
            _ => throw new ArgumentOutOfRangeException(nameof(profile), profile, "Unknown certificate profile."),
        };
        return
        [
            X509BasicConstraintsExtension.CreateForEndEntity(critical: true),
            new X509KeyUsageExtension(usage, critical: true),
            new X509EnhancedKeyUsageExtension(purposes, critical: false),
            new X509SubjectKeyIdentifierExtension(key, critical: false),
        ];
    }

    // Authorities made by other tools may lack it; then issuer and serial number identify them.
    private static bool HasKeyIdentifier(X509Certificate2 authority) =>
        authority.Extensions.Any(extension => extension is X509SubjectKeyIdentifierExtension);
}
