using System.Globalization;
using EtcdAdmin.Errors;
using EtcdAdmin.Text.Pem;

namespace EtcdAdmin.Security;

/// <summary>Checks of certificates. Each check throws CertificateInvalid with the reason, or returns.</summary>
public static class CertificateCheck
{
    /// <summary>Checks that the key matches the certificate.</summary>
    /// <param name="certificatePem">The certificate; of several, the first.</param>
    /// <param name="keyPem">The key, not encrypted: PKCS#8, EC or RSA.</param>
    /// <param name="source">The origin of the certificate for messages, usually a path.</param>
    /// <param name="keySource">The origin of the key; null if it is the same.</param>
    /// <exception cref="EtcdException">CertificateInvalid: one of them cannot be read, or they do not match.</exception>
    public static void KeyMatches(string certificatePem, string keyPem, string source, string? keySource = null)
    {
        ArgumentNullException.ThrowIfNull(certificatePem);
        ArgumentNullException.ThrowIfNull(keyPem);
        PemIdentity.Load(certificatePem, keyPem, source, keySource ?? source).Certificate.Dispose();
    }

    /// <summary>Checks that the certificate is valid now.</summary>
    /// <param name="certificate">The content of the certificate.</param>
    /// <param name="source">The origin of the certificate for messages, usually a path.</param>
    /// <param name="clock">Null means the system clock.</param>
    /// <exception cref="EtcdException">CertificateInvalid: expired or not valid yet.</exception>
    public static void IsValidNow(CertificateInfo certificate, string source, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        DateTimeOffset now = (clock ?? TimeProvider.System).GetUtcNow();
        if (now > certificate.NotAfter)
        {
            throw CertificateError.Make(source, string.Create(CultureInfo.InvariantCulture,
                $"the certificate of {certificate.Subject} expired on {certificate.NotAfter:u}; this machine's clock says {now:u}"),
                "If this machine's clock is right, issue a new certificate.");
        }

        if (now < certificate.NotBefore)
        {
            throw CertificateError.Make(source, string.Create(CultureInfo.InvariantCulture,
                $"the certificate of {certificate.Subject} is not valid before {certificate.NotBefore:u}; this machine's clock says {now:u}"),
                "Check this machine's clock (date -u).");
        }
    }
}
