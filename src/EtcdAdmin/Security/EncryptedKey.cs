using System.Security.Cryptography;
using System.Text;
using EtcdAdmin.Errors;
using EtcdAdmin.Text.Pem;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.OpenSsl;
using Org.BouncyCastle.Pkcs;
using Org.BouncyCastle.Security;
using OpenSslReader = Org.BouncyCastle.OpenSsl.PemReader;

namespace EtcdAdmin.Security;

/// <summary>Decrypts private keys: PKCS#8, and openssl's older encrypted PEM format.</summary>
internal static class EncryptedKey
{
    private const string KeyLabel = "PRIVATE KEY";

    /// <summary>A PEM text with its encrypted keys decrypted. A text without encrypted keys stays as it is.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">The origin of the text for messages, usually a path.</param>
    /// <param name="passphrase">The passphrase of all of them.</param>
    /// <exception cref="EtcdException">CertificateInvalid: the passphrase does not fit, or a key is damaged.</exception>
    public static string DecryptAll(string text, string source, string passphrase)
    {
        foreach (PemBlock block in PemContent.Blocks(text).Where(block => block is { IsKey: true, IsEncrypted: true, IsCut: false }))
            text = text.Replace(block.Text, Decrypt(block, source, passphrase), StringComparison.Ordinal);
        return text;
    }

    /// <summary>A decrypted key as PEM text.</summary>
    /// <param name="content">PKCS#8's EncryptedPrivateKeyInfo.</param>
    /// <param name="source">The origin of the text for messages, usually a path.</param>
    /// <param name="passphrase">The passphrase.</param>
    /// <exception cref="EtcdException">CertificateInvalid: the passphrase does not fit, or the key is damaged.</exception>
    public static string Decrypt(byte[] content, string source, string passphrase)
    {
        CryptographicException? failure = null;
        foreach (Func<AsymmetricAlgorithm> create in new Func<AsymmetricAlgorithm>[] { ECDsa.Create, RSA.Create })
        {
            using AsymmetricAlgorithm key = create();
            try
            {
                key.ImportEncryptedPkcs8PrivateKey(passphrase, content, out _);
                return key.ExportPkcs8PrivateKeyPem() + "\n";
            }
            catch (CryptographicException e)
            {
                failure = e; // a key of the other type, or another passphrase
            }
        }

        throw Wrong(source, failure);
    }

    private static string Decrypt(PemBlock block, string source, string passphrase)
    {
        if (block.Label == "ENCRYPTED PRIVATE KEY")
        {
            byte[] content = block.Content ?? throw PemMistake.Damaged(block, source, "its private key", cause: null);
            return Decrypt(content, source, passphrase);
        }

        try
        {
            using var reader = new OpenSslReader(new StringReader(block.Text), new Password(passphrase));
            AsymmetricKeyParameter key = reader.ReadObject() switch
            {
                AsymmetricCipherKeyPair pair => pair.Private,
                AsymmetricKeyParameter alone => alone,
                _ => throw new CryptographicException("The block has no private key."),
            };
            var pem = new StringBuilder();
            return pem.Append(PemEncoding.Write(KeyLabel, PrivateKeyInfoFactory.CreatePrivateKeyInfo(key).GetDerEncoded())).Append('\n').ToString();
        }
        catch (Exception e) when (e is IOException or CryptographicException or GeneralSecurityException or ArgumentException or CryptoException)
        {
            throw Wrong(source, e);
        }
    }

    private static EtcdException Wrong(string source, Exception? cause) => CertificateError.Make(source,
        "the passphrase does not decrypt its private key", "Supply the passphrase of this key. If it is the right one, the file may be damaged: "
            + $"try openssl pkey -noout -in '{source}'", cause);

    private sealed class Password(string passphrase) : IPasswordFinder
    {
        // The library uses the low byte of each character; openssl uses the bytes of the terminal, which are UTF-8.
        public char[] GetPassword() => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(passphrase)).ToCharArray();
    }
}
