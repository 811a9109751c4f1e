using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Security;

/// <summary>The requirements for a certificate that data is encrypted for.</summary>
internal static class RecipientCertificate
{
    /// <summary>Returns the certificate's RSA public key; null if its key is of another type.</summary>
    /// <exception cref="EtcdException">CertificateInvalid: the key is too short.</exception>
    public static RSA? RsaKey(X509Certificate2 certificate)
    {
        const int SafeKeySize = 2048;
        RSA? rsa = certificate.GetRSAPublicKey();
        if (rsa is null || rsa.KeySize >= SafeKeySize) return rsa;
        int size = rsa.KeySize;
        rsa.Dispose();
        throw Refuse(certificate, $"its RSA key has {size} bits; at least {SafeKeySize} are required");
    }

    /// <summary>Returns the certificate's public key for key agreement.</summary>
    /// <exception cref="EtcdException">CertificateInvalid.</exception>
    public static ECDiffieHellman KeyAgreementKey(X509Certificate2 certificate)
    {
        const string EllipticCurve = "1.2.840.10045.2.1"; // id-ecPublicKey, RFC 5480
        if (certificate.GetKeyAlgorithm() != EllipticCurve) throw Refuse(certificate, "its key type is not RSA or EC");
        return certificate.GetECDiffieHellmanPublicKey()
            ?? throw Refuse(certificate, "its key usage does not include keyAgreement, which is required for an EC key");
    }

    private static EtcdException Refuse(X509Certificate2 certificate, string reason) => new(
        EtcdErrorIds.CertificateInvalid, $"Cannot encrypt for the certificate of {certificate.Subject}: {reason}.")
    {
        Target = certificate.Subject,
        NextStep = "Use a certificate with an RSA key of 2048 bits or more, or with an EC key and the key usage keyAgreement.",
    };
}
