using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Text.Pem;

namespace EtcdAdmin.Security;

/// <summary>Makes PKCS#12 files.</summary>
internal static class Pkcs12File
{
    // .NET refuses files with more than 300,000 (Pkcs12LoaderLimits.Defaults).
    private const int Iterations = 250_000;

    /// <summary>Makes a file with a certificate, its key and authorities.</summary>
    /// <param name="certificatePem">The certificate, and the intermediate authorities after it.</param>
    /// <param name="keyPem">Its key, not encrypted.</param>
    /// <param name="authorityPem">Further authorities; those that the certificate's text has too are written once.</param>
    /// <param name="password">The password, not empty.</param>
    /// <param name="encryption">The algorithms.</param>
    public static byte[] Make(string certificatePem, string keyPem, string authorityPem, string password, Pkcs12Encryption encryption)
    {
        const string Source = "certificate";
        ArgumentException.ThrowIfNullOrEmpty(password);
        PemIdentity identity = PemIdentity.Load(certificatePem, keyPem, Source, Source);
        using X509Certificate2 own = identity.Certificate;
        X509Certificate2Collection all = [own];
        foreach (X509Certificate2 authority in identity.Others.Concat(PemContent.Certificates(authorityPem, "certificate authority")))
        {
            if (!all.Contains(authority)) all.Add(authority);
        }

        try
        {
            return encryption switch
            {
                Pkcs12Encryption.Modern => all.ExportPkcs12(
                    new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, Iterations), password),
                Pkcs12Encryption.Legacy => all.ExportPkcs12(Pkcs12ExportPbeParameters.Pkcs12TripleDesSha1, password),
                _ => throw new ArgumentOutOfRangeException(nameof(encryption), encryption, "Unknown PKCS#12 encryption."),
            };
        }
        finally
        {
            foreach (X509Certificate2 one in all) one.Dispose();
        }
    }
}
