using System.Globalization;
using EtcdAdmin.Errors;
using EtcdAdmin.Text.Pem;

namespace EtcdAdmin.Security;

/// <summary>Checks of certificates; each throws CertificateInvalid with what is wrong, or returns.</summary>
public static class CertificateCheck
{
    /// <summary>The certificate and the key are a pair.</summary>
    /// <param name="certificatePem">The certificate; of several, the first.</param>
    /// <param name="keyPem">The key, not encrypted: PKCS#8, EC or RSA.</param>
    /// <param name="source">What the certificate is, for messages: the path, mostly.</param>
    /// <param name="keySource">What the key is; null where it is the same.</param>
    /// <exception cref="EtcdException">CertificateInvalid: one of them cannot be read, or they do not belong together.</exception>
    public static void KeyMatches(string certificatePem, string keyPem, string source, string? keySource = null)
    {
        ArgumentNullException.ThrowIfNull(certificatePem);
        ArgumentNullException.ThrowIfNull(keyPem);
        PemIdentity.Load(certificatePem, keyPem, source, keySource ?? source).Certificate.Dispose();
    }

    /// <summary>The certificate is valid at this time.</summary>
    /// <param name="certificate">What it says.</param>
    /// <param name="source">What is checked, for messages: the path, mostly.</param>
    /// <param name="clock">Null is the system's.</param>
    /// <exception cref="EtcdException">CertificateInvalid: expired or not valid yet.</exception>
    public static void IsValidNow(CertificateInfo certificate, string source, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        DateTimeOffset now = (clock ?? TimeProvider.System).GetUtcNow();
        if (now > certificate.NotAfter)
        {
            throw CertificateError.Make(source, string.Create(CultureInfo.InvariantCulture,
                $"the certificate of {certificate.Subject} expired on {certificate.NotAfter:u}; this machine's clock says {now:u}"),
                "If this machine's clock is right, issue a new one.");
        }

        if (now < certificate.NotBefore)
        {
            throw CertificateError.Make(source, string.Create(CultureInfo.InvariantCulture,
                $"the certificate of {certificate.Subject} is not valid before {certificate.NotBefore:u}; this machine's clock says {now:u}"),
                "Check this machine's clock.");
        }
    }
}
