using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Text.Pem;

/// <summary>A certificate with its private key, and the certificates of intermediate authorities beside it.</summary>
/// <param name="Certificate">The certificate, with its key.</param>
/// <param name="Others">What else its text holds, in its order.</param>
internal sealed record PemIdentity(X509Certificate2 Certificate, X509Certificate2Collection Others)
{
    /// <summary>Reads a certificate, those of intermediate authorities after it, and the key.</summary>
    /// <param name="certificates">The first is the certificate itself, as in every tool that is made with Go.</param>
    /// <param name="key">Of several keys, the first.</param>
    /// <param name="certificateSource">What the first text is, for messages: a path, mostly.</param>
    /// <param name="keySource">What the second text is.</param>
    /// <exception cref="EtcdException">CertificateInvalid: one cannot be read, or they do not belong together.</exception>
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
                $"the key in '{keySource}' belongs to certificate {i + 1} of {found.Count} in it ('{found[i].Subject}'), and the first one is used",
                $"Put the certificate of '{found[i].Subject}' first, then those of the authorities that issued it.");
        }

        return PemKey.AnotherMatches(key, keySource, found[0])
            ? CertificateError.Make(keySource,
                $"it holds several private keys, and the first one, which is used, does not match the certificate '{found[0].Subject}' in '{certificateSource}'",
                "Remove the other keys from the file.")
            : CertificateError.Make(keySource,
                $"its private key does not match the certificate '{found[0].Subject}' in '{certificateSource}'",
                "Give the key that was made with this certificate.");
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
