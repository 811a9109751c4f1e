using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Text.Pem;
using Org.BouncyCastle.Pkcs;

namespace EtcdAdmin.Security;

/// <summary>Reads PKCS#12 files (.p12, .pfx).</summary>
internal static class Pkcs12Content
{
    private const string KeyLabel = "PRIVATE KEY";

    /// <summary>The content as PEM text: the certificate of the private key, the other certificates, then the key.</summary>
    /// <param name="content">The file.</param>
    /// <param name="source">The origin of the file for messages, usually a path.</param>
    /// <param name="passphrase">Null tries an empty one.</param>
    /// <exception cref="EtcdException">CertificateInvalid: the passphrase does not fit or is missing, the file is damaged, or it has several keys.
    /// </exception>
    public static string ToPem(byte[] content, string source, string? passphrase)
    {
        try
        {
            return ReadByPlatform(content, source, passphrase);
        }
        catch (CryptographicException)
        {
            // OpenSSL 3 does not decrypt RC2, which was openssl's default before, without its legacy provider.
            return ReadByLibrary(content, source, passphrase);
        }
    }

    private static string ReadByPlatform(byte[] content, string source, string? passphrase)
    {
        // macOS has no keys outside of a key chain; .NET makes a temporary one.
        X509KeyStorageFlags flags = X509KeyStorageFlags.Exportable
            | (OperatingSystem.IsMacOS() ? X509KeyStorageFlags.DefaultKeySet : X509KeyStorageFlags.EphemeralKeySet);
        X509Certificate2Collection found = X509CertificateLoader.LoadPkcs12Collection(content, passphrase ?? "", flags);
        try
        {
            X509Certificate2[] withKey = [.. found.Where(certificate => certificate.HasPrivateKey)];
            if (withKey.Length > 1) throw SeveralKeys(source, withKey.Select(certificate => certificate.Subject));
            IEnumerable<string> certificates = withKey.Concat(found.Except(withKey)).Select(certificate => certificate.ExportCertificatePem() + "\n");
            return string.Concat(certificates) + (withKey is [var own] ? KeyOf(own) : "");
        }
        finally
        {
            foreach (X509Certificate2 certificate in found) certificate.Dispose();
        }
    }

    private static string KeyOf(X509Certificate2 certificate)
    {
        using AsymmetricAlgorithm? own = (AsymmetricAlgorithm?)certificate.GetECDsaPrivateKey() ?? certificate.GetRSAPrivateKey();
        if (own is null) throw new CryptographicException("Neither an ECDSA nor an RSA key.");
        // Windows exports a loaded key only with encryption.
        const string Throwaway = "export";
        byte[] sealedKey = own.ExportEncryptedPkcs8PrivateKey(
            Throwaway, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, iterationCount: 1));
        using AsymmetricAlgorithm key = own is ECDsa ? ECDsa.Create() : RSA.Create();
        key.ImportEncryptedPkcs8PrivateKey(Throwaway, sealedKey, out _);
        return key.ExportPkcs8PrivateKeyPem() + "\n";
    }

    private static string ReadByLibrary(byte[] content, string source, string? passphrase)
    {
        Pkcs12Store store = Open(content, source, passphrase);
        string[] keys = [.. store.Aliases.Where(store.IsKeyEntry)];
        if (keys.Length > 1) throw SeveralKeys(source, keys);
        X509CertificateEntry[] chain = keys is [var only] ? store.GetCertificateChain(only) ?? [] : [];
        IEnumerable<X509CertificateEntry> others = store.Aliases.Select(store.GetCertificate).OfType<X509CertificateEntry>();
        return string.Concat(chain.Concat(others).Select(entry => entry.Certificate).Distinct()
                .Select(certificate => Pem(PemContent.CertificateLabel, certificate.GetEncoded())))
            + (keys is [var alias] ? Pem(KeyLabel, PrivateKeyInfoFactory.CreatePrivateKeyInfo(store.GetKey(alias).Key).GetDerEncoded()) : "");
    }

    private static Pkcs12Store Open(byte[] content, string source, string? passphrase)
    {
        Pkcs12Store store = new Pkcs12StoreBuilder().Build();
        try
        {
            using var stream = new MemoryStream(content);
            store.Load(stream, (passphrase ?? "").ToCharArray());
            return store;
        }
        catch (IOException e) when (e.Message.Contains("password", StringComparison.OrdinalIgnoreCase))
        {
            throw passphrase is null
                ? CertificateError.Make(source, "it is a PKCS#12 file with a passphrase, and no passphrase was given",
                    "Supply its passphrase (-Passphrase).", e)
                : CertificateError.Make(source, "the passphrase does not open this PKCS#12 file",
                    "Supply the passphrase of this file. If it is the right one, the file may be damaged: copy it again.", e);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The library throws exceptions of many types for damaged files.
            throw CertificateError.Make(source, "it is a damaged PKCS#12 file, or its encryption is not supported",
                $"Copy the file again. Show its content: openssl pkcs12 -info -noout -in '{source}'", e);
        }
    }

    private static EtcdException SeveralKeys(string source, IEnumerable<string> names) => CertificateError.Make(source,
        $"it has several private keys ({string.Join(", ", names.Select(name => $"'{name}'"))})",
        "Export the certificate that you need, with its key, into a PKCS#12 file of its own.");

    private static string Pem(string label, byte[] content) => new string(PemEncoding.Write(label, content)) + "\n";
}
