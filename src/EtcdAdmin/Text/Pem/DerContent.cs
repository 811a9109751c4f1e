using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Text.Pem;

/// <summary>The kind of a binary file that holds certificates or keys.</summary>
internal enum DerKind
{
    /// <summary>Not a binary file.</summary>
    Text,

    /// <summary>One certificate.</summary>
    Certificate,

    /// <summary>A private key that is not encrypted.</summary>
    Key,

    /// <summary>PKCS#8's EncryptedPrivateKeyInfo.</summary>
    EncryptedKey,

    /// <summary>PKCS#12 (.p12, .pfx).</summary>
    Pkcs12,

    /// <summary>Another kind, which cannot be used as certificate or key.</summary>
    Other,
}

/// <summary>Identifies binary files, and converts those to PEM that need no passphrase.</summary>
internal static class DerContent
{
    // SEQUENCE: the first tag of certificates, keys, requests and PKCS#12 files in DER format. X.690, 8.9.
    private const byte Sequence = 0x30;

    // OBJECT IDENTIFIER 1.2.840.113549.1.5, the arc of password-based encryption: RFC 8018.
    private static ReadOnlySpan<byte> Pkcs5 => [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05];

    /// <summary>The first bytes of a Java key store.</summary>
    private static ReadOnlySpan<byte> JavaKeyStore => [0xFE, 0xED, 0xFE, 0xED];

    /// <summary>The kind of a file.</summary>
    public static DerKind KindOf(byte[] content)
    {
        if (content.AsSpan().StartsWith(JavaKeyStore)) return DerKind.Other;
        if (content.Length < 2 || content[0] != Sequence || !IsBinary(content)) return DerKind.Text;
        if (FullLength(content) > content.Length) return DerKind.Other; // cut off
        return TypeOf(content) switch
        {
            X509ContentType.Cert => DerKind.Certificate,
            X509ContentType.Pkcs12 => DerKind.Pkcs12,
            X509ContentType.Pkcs7 => DerKind.Other,
            _ when IsEncryptedKey(content) => DerKind.EncryptedKey,
            _ => LabelOfKey(content) is null ? DerKind.Other : DerKind.Key,
        };
    }

    /// <summary>A certificate or an unencrypted key as PEM text.</summary>
    /// <param name="content">Of the kind <see cref="DerKind.Certificate"/> or <see cref="DerKind.Key"/>.</param>
    public static string ToPem(byte[] content) =>
        new string(PemEncoding.Write(LabelOfKey(content) ?? PemContent.CertificateLabel, content)) + "\n";

    /// <summary>What a file of the kind <see cref="DerKind.Other"/> is, and how to convert it.</summary>
    public static EtcdException Explain(byte[] content, string source)
    {
        if (content.AsSpan().StartsWith(JavaKeyStore))
        {
            return CertificateError.Make(source, "it is a Java key store, not PEM text",
                $"Convert it to PKCS#12: keytool -importkeystore -srckeystore '{source}' -destkeystore store.p12 -deststoretype pkcs12. "
                + "Then supply that file and its passphrase.");
        }

        if (FullLength(content) is { } length && length > content.Length)
            return CertificateError.Make(source, $"it is a binary file (DER or PKCS#12) that is cut off: it has {content.Length} of {length} bytes",
                "Copy the complete file again.");
        if (TypeOf(content) == X509ContentType.Pkcs7)
            return CertificateError.Make(source, "it is a PKCS#7 bundle in DER format, not PEM text",
                $"Convert it: openssl pkcs7 -print_certs -inform DER -in '{source}' -out converted.pem");
        return IsRequest(content)
            ? CertificateError.Make(source, "it is a certificate signing request in DER format",
                "Have the request signed by the cluster's authority, and supply the certificate that the authority issues.")
            : CertificateError.Make(source, "it is a binary file, but not a certificate, a private key or a PKCS#12 file",
                "Copy the file again, or convert it to PEM format with openssl.");
    }

    // The length that the first tag announces, with the tag itself; null without a definite length. X.690, 8.1.3.
    private static long? FullLength(byte[] content)
    {
        const int LongForm = 0x80;
        const int Head = 2; // tag and first length byte
        int first = content[1], bytes = first & ~LongForm;
        if (first < LongForm) return Head + first;
        if (bytes is 0 or > sizeof(int) || content.Length < Head + bytes) return null;
        return Head + bytes + content.Skip(Head).Take(bytes).Aggregate(0L, (sum, next) => (sum << 8) | next);
    }

    // Text has no such bytes; the length bytes and tags of DER do.
    private static bool IsBinary(ReadOnlySpan<byte> content) => content.ContainsAnyInRange((byte)0x80, (byte)0xFF) || content.Contains((byte)0);

    private static X509ContentType TypeOf(byte[] bytes)
    {
        try
        {
            return X509Certificate2.GetCertContentType(bytes);
        }
        catch (CryptographicException)
        {
            return X509ContentType.Unknown;
        }
    }

    /// <summary>The PEM label of a private key; null if it is none.</summary>
    private static string? LabelOfKey(byte[] bytes) =>
        Reads(() => { using var key = ECDsa.Create(); key.ImportPkcs8PrivateKey(bytes, out _); })
        || Reads(() => { using var key = RSA.Create(); key.ImportPkcs8PrivateKey(bytes, out _); }) ? "PRIVATE KEY"
        : Reads(() => { using var key = ECDsa.Create(); key.ImportECPrivateKey(bytes, out _); }) ? "EC PRIVATE KEY"
        : Reads(() => { using var key = RSA.Create(); key.ImportRSAPrivateKey(bytes, out _); }) ? "RSA PRIVATE KEY" : null;

    // PKCS#8's EncryptedPrivateKeyInfo starts with its algorithm.
    private static bool IsEncryptedKey(byte[] bytes) =>
        bytes.AsSpan(0, Math.Min(bytes.Length, 24)).IndexOf(Pkcs5) >= 0;

    private static bool IsRequest(byte[] bytes) =>
        Reads(() => CertificateRequest.LoadSigningRequest(bytes, HashAlgorithmName.SHA256));

    private static bool Reads(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
