using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Text.Pem;

/// <summary>Reads private keys from PEM texts.</summary>
internal static class PemKey
{
    /// <summary>Reads the first private key: PKCS#8, or the older <c>EC PRIVATE KEY</c> and <c>RSA PRIVATE KEY</c>.</summary>
    /// <param name="text">The key; never quoted in errors.</param>
    /// <param name="source">The origin of the text for messages, usually a path.</param>
    /// <returns>An <see cref="ECDsa"/> or <see cref="RSA"/>; the caller disposes it.</returns>
    /// <exception cref="EtcdException">CertificateInvalid.</exception>
    public static AsymmetricAlgorithm Load(string text, string source)
    {
        IReadOnlyList<PemBlock> blocks = PemContent.Blocks(text);
        PemBlock first = blocks.FirstOrDefault(block => block.IsKey) ?? throw PemMistake.NoKey(text, blocks, source);
        return Load(first, source);
    }

    /// <summary>Whether another key of the text than its first matches a certificate.</summary>
    public static bool AnotherMatches(string text, string source, X509Certificate2 certificate)
    {
        foreach (PemBlock block in PemContent.Blocks(text).Where(block => block.IsKey).Skip(1))
        {
            try
            {
                using AsymmetricAlgorithm key = Load(block, source);
                if (Matches(key, certificate)) return true;
            }
            catch (EtcdException)
            {
                // A key that cannot be read matches no certificate.
            }
        }

        return false;
    }

    /// <summary>Whether the key matches the certificate.</summary>
    public static bool Matches(AsymmetricAlgorithm key, X509Certificate2 certificate) =>
        key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(certificate.PublicKey.ExportSubjectPublicKeyInfo());

    private static AsymmetricAlgorithm Load(PemBlock block, string source)
    {
        if (block.IsEncrypted) throw PemMistake.Encrypted(source);
        if (block.IsCut) throw PemMistake.Cut(source, "its private key", block.Label);
        if (block.Label == "OPENSSH PRIVATE KEY")
        {
            throw CertificateError.Make(source, "it has an ssh key (OPENSSH PRIVATE KEY), not a TLS key",
                "Supply the PEM file of the key that was made with the certificate.");
        }

        if (block.Content is null) throw PemMistake.Damaged(block, source, "its private key", cause: null);
        return TryImport(ECDsa.Create(), block.Text) ?? TryImport(RSA.Create(), block.Text) ?? throw Unusable(block, source);
    }

    private static EtcdException Unusable(PemBlock block, string source) => IsPrivateKeyInfo(block)
        ? CertificateError.Make(source, "the type of its private key is not supported; ECDSA and RSA keys are",
            "Issue a certificate with an ECDSA or RSA key.")
        : PemMistake.Damaged(block, source, "its private key", cause: null);

    // PrivateKeyInfo starts with its version and its algorithm: RFC 5208, section 5.
    private static bool IsPrivateKeyInfo(PemBlock block)
    {
        try
        {
            AsnReader info = new AsnReader(block.Content, AsnEncodingRules.BER).ReadSequence();
            info.ReadInteger();
            info.ReadSequence().ReadObjectIdentifier();
            return true;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static AsymmetricAlgorithm? TryImport(AsymmetricAlgorithm key, string pem)
    {
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or PlatformNotSupportedException)
        {
            key.Dispose();
            return null; // another key type, or an unknown curve
        }
    }
}
