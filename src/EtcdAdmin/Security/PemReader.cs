using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Text.Pem;

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
        X509Certificate2Collection all = PemContent.Certificates(pem, source);
        foreach (X509Certificate2 other in all.Skip(1)) other.Dispose();
        return all[0];
    }

    /// <summary>Looks into a certificate; .NET decodes its parts only when asked for them, so damage shows here at the earliest.</summary>
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
