using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Security;

/// <summary>Turns PEM text into certificates, with errors that say what the text is instead.</summary>
internal static class PemReader
{
    /// <summary>Reads the first certificate of the text.</summary>
    /// <param name="pem">Text before, between and after the PEM blocks is allowed, as openssl writes it.</param>
    /// <param name="source">What the text is, for messages: a path, mostly.</param>
    /// <exception cref="EtcdException">CertificateInvalid.</exception>
    public static X509Certificate2 ReadCertificate(string pem, string source)
    {
        try
        {
            return X509Certificate2.CreateFromPem(pem);
        }
        catch (CryptographicException e)
        {
            string reason = pem.Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal)
                ? "its certificate is damaged"
                : pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal)
                    ? "it holds a private key where a certificate is expected"
                    : "it holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)";
            throw CertificateError.Make(source, reason, cause: e);
        }
    }
}
