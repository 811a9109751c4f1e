using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Text.Pem;

/// <summary>A certificate with its private key and the certificates of intermediate authorities.</summary>
/// <param name="Certificate">The certificate, with its key.</param>
/// <param name="Others">The other certificates of the text, in their order.</param>
internal sealed record PemIdentity(X509Certificate2 Certificate, X509Certificate2Collection Others)
{
    /// <summary>Reads a certificate, the intermediate authorities after it, and the key.</summary>
    /// <param name="certificates">The first is the certificate itself, as in all Go programs.</param>
    /// <param name="key">Of several keys, the first is used.</param>
    /// <param name="certificateSource">The origin of the first text for messages, usually a path.</param>
    /// <param name="keySource">The origin of the second text.</param>
    /// <exception cref="EtcdException">CertificateInvalid: one text cannot be read, or the key does not match the certificate.</exception>
    public static PemIdentity Load(string certificates, string key, string certificateSource, string keySource)
    {
        X509Certificate2Collection found = PemContent.Certificates(certificates, certificateSource);
        using AsymmetricAlgorithm privateKey = PemKey.Load(key, keySource);
        if (!Matches(privateKey, found[0], certificateSource)) throw NoPair(privateKey, key, found, certificateSource, keySource);
        X509Certificate2 complete = privateKey is ECDsa ecdsa ? found[0].CopyWithPrivateKey(ecdsa) : found[0].CopyWithPrivateKey((RSA)privateKey);
        return new PemIdentity(complete, [.. found.Skip(1)]);
    }

    private static EtcdException NoPair(
        AsymmetricAlgorithm privateKey, string key, X509Certificate2Collection found, string certificateSource, string keySource)
    {
        for (int i = 1; i < found.Count; i++)
        {
            if (!Matches(privateKey, found[i], certificateSource)) continue;
            return CertificateError.Make(certificateSource,
                $"the key in '{keySource}' belongs to certificate {i + 1} of {found.Count} ('{found[i].Subject}'), but etcd uses the first "
                    + "certificate of the file",
                $"Put the certificate of '{found[i].Subject}' first, then the certificates of the authorities that issued it.");
        }

        return PemKey.AnotherMatches(key, keySource, found[0])
            ? CertificateError.Make(keySource,
                $"it has several private keys, and the first key, which etcd uses, does not match the certificate '{found[0].Subject}' in "
                    + $"'{certificateSource}'",
                "Remove the other keys from the file.")
            : CertificateError.Make(keySource,
                $"its private key does not match the certificate '{found[0].Subject}' in '{certificateSource}'",
                "Supply the key that was made with this certificate.");
    }

    private static bool Matches(AsymmetricAlgorithm key, X509Certificate2 certificate, string source)
    {
        try
        {
            return PemKey.Matches(key, certificate);
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            throw PemMistake.Unusable(source, e);
        }
    }
}
