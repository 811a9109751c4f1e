using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Text.Pem;

namespace EtcdAdmin.Security;

/// <summary>Reads certificates from PEM text; its errors identify a wrong text.</summary>
internal static class PemReader
{
    /// <summary>Reads the first certificate of the text.</summary>
    /// <param name="pem">Text before, between and after the PEM blocks is allowed, as openssl writes it.</param>
    /// <param name="source">The origin of the text for messages, usually a path.</param>
    /// <exception cref="EtcdException">CertificateInvalid.</exception>
    public static X509Certificate2 ReadCertificate(string pem, string source)
    {
        X509Certificate2Collection all = PemContent.Certificates(pem, source);
        foreach (X509Certificate2 other in all.Skip(1)) other.Dispose();
        return all[0];
    }

    /// <summary>Decodes a part of a certificate. .NET decodes parts only on demand, so damage is found here.</summary>
    /// <exception cref="EtcdException">CertificateInvalid.</exception>
    public static T Decode<T>(X509Certificate2 certificate, string source, Func<X509Certificate2, T> look)
    {
        try
        {
            return look(certificate);
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            throw PemMistake.Unusable(source, e);
        }
    }
}
