using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Text.Pem;

/// <summary>Identifies a binary file that was given instead of PEM text.</summary>
internal static class DerContent
{
    // SEQUENCE: the first tag of certificates, keys, requests and PKCS#12 files in DER format. X.690, 8.9.
    private const byte Sequence = 0x30;

    // OBJECT IDENTIFIER 1.2.840.113549.1.5, the arc of password-based encryption: RFC 8018.
    private static ReadOnlySpan<byte> Pkcs5 => [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05];

    /// <summary>The first bytes of a Java key store.</summary>
    private static ReadOnlySpan<byte> JavaKeyStore => [0xFE, 0xED, 0xFE, 0xED];

    /// <summary>The kind of the file, and how to convert it to PEM; null if it may be text.</summary>
    public static EtcdException? Explain(ReadOnlySpan<byte> content, string source)
    {
        if (content.StartsWith(JavaKeyStore))
        {
            return CertificateError.Make(source, "it is a Java key store, not PEM text",
                $"Convert it: keytool -importkeystore -srckeystore '{source}' -destkeystore store.p12 -deststoretype pkcs12; "
                + "then openssl pkcs12 -in store.p12 -nodes");
        }

        if (content.Length < 2 || content[0] != Sequence || !IsBinary(content)) return null;
        byte[] bytes = content.ToArray();
        return TypeOf(bytes) switch
        {
            X509ContentType.Cert => Der(source, "a certificate", "openssl x509 -inform DER"),
            X509ContentType.Pkcs12 => CertificateError.Make(source, "it is a PKCS#12 file (.p12, .pfx), not PEM text",
                "Extract certificate and key into files that only you can read: "
                + $"umask 077; openssl pkcs12 -in '{source}' -clcerts -nokeys -out client.crt; openssl pkcs12 -in '{source}' -nocerts -nodes -out "
                + "client.key"),
            X509ContentType.Pkcs7 => Der(source, "a PKCS#7 bundle", "openssl pkcs7 -print_certs -inform DER"),
            _ when IsEncryptedKey(bytes) => Der(source, "an encrypted private key", "umask 077; openssl pkey -inform DER"),
            _ when IsKey(bytes) => Der(source, "a private key", "umask 077; openssl pkey -inform DER"),
            _ when IsRequest(bytes) => CertificateError.Make(source, "it is a certificate signing request in DER format",
                "Have the request signed by the cluster's authority, and supply the certificate that the authority issues."),
            _ => CertificateError.Make(source, "it is a binary file, not PEM text", "Convert it to PEM format with openssl."),
        };
    }

    private static EtcdException Der(string source, string what, string command) => CertificateError.Make(source,
        $"it is {what} in DER format, not PEM text", $"Convert it: {command} -in '{source}' -out converted.pem");

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

    private static bool IsKey(byte[] bytes) =>
        Reads(() => { using var key = ECDsa.Create(); key.ImportPkcs8PrivateKey(bytes, out _); })
        || Reads(() => { using var key = RSA.Create(); key.ImportPkcs8PrivateKey(bytes, out _); })
        || Reads(() => { using var key = ECDsa.Create(); key.ImportECPrivateKey(bytes, out _); })
        || Reads(() => { using var key = RSA.Create(); key.ImportRSAPrivateKey(bytes, out _); });

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
