using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Snapshots.Formats.Encryption;

/// <summary>What is asked of a certificate that snapshots are encrypted for.</summary>
internal static class RecipientCertificate
{
    /// <summary>Its public key.</summary>
    /// <exception cref="EtcdException">CertificateInvalid.</exception>
    public static ECDiffieHellman KeyAgreementKey(X509Certificate2 certificate)
    {
        const string EllipticCurve = "1.2.840.10045.2.1"; // id-ecPublicKey, RFC 5480
        if (certificate.GetKeyAlgorithm() != EllipticCurve) throw Refuse(certificate, "its key is neither RSA nor EC");
        return certificate.GetECDiffieHellmanPublicKey()
            ?? throw Refuse(certificate, "its key usage does not allow key agreement, which encrypting for an EC key takes");
    }

    public static EtcdException Refuse(X509Certificate2 certificate, string reason) => new(
        EtcdErrorIds.CertificateInvalid, $"Nothing can be encrypted for the certificate of {certificate.Subject}: {reason}.")
    {
        Target = certificate.Subject,
        NextStep = "Use a certificate with an RSA key of 2048 bits or more, or an EC one with the key usage keyAgreement.",
    };
}
