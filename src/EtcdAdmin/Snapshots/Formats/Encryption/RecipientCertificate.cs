using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Snapshots.Formats.Encryption;

/// <summary>The requirements for a certificate that snapshots are encrypted for.</summary>
internal static class RecipientCertificate
{
    /// <summary>Returns the certificate's public key.</summary>
    /// <exception cref="EtcdException">CertificateInvalid.</exception>
    public static ECDiffieHellman KeyAgreementKey(X509Certificate2 certificate)
    {
        const string EllipticCurve = "1.2.840.10045.2.1"; // id-ecPublicKey, RFC 5480
        if (certificate.GetKeyAlgorithm() != EllipticCurve) throw Refuse(certificate, "its key type is not RSA or EC");
        return certificate.GetECDiffieHellmanPublicKey()
            ?? throw Refuse(certificate, "its key usage does not include keyAgreement, which is required for an EC key");
    }

    public static EtcdException Refuse(X509Certificate2 certificate, string reason) => new(
        EtcdErrorIds.CertificateInvalid, $"Cannot encrypt for the certificate of {certificate.Subject}: {reason}.")
    {
        Target = certificate.Subject,
        NextStep = "Use a certificate with an RSA key of 2048 bits or more, or with an EC key and the key usage keyAgreement.",
    };
}
