using EtcdAdmin.Errors;

namespace EtcdAdmin.Text.Pem;

/// <summary>Identifies a text that was given instead of a certificate or key.</summary>
internal static class PemMistake
{
    private const string Swapped = "Check that the certificate file and the key file are not swapped.";

    // "-----BEGIN" in base64.
    private const string EncodedBegin = "LS0tLS1CRUdJTi";

    /// <summary>The text has no certificate.</summary>
    public static EtcdException NoCertificate(string text, IReadOnlyList<PemBlock> blocks, string source)
    {
        if (Common(text, blocks, source, "certificate") is { } common) return common;
        return blocks.Any(block => block.IsKey)
            ? CertificateError.Make(source, "it has a private key, but a certificate is expected", Swapped)
            : CertificateError.Make(source, "it has no certificate in PEM format (-----BEGIN CERTIFICATE-----)",
                "Supply the PEM file of the certificate.");
    }

    /// <summary>The text has no private key.</summary>
    public static EtcdException NoKey(string text, IReadOnlyList<PemBlock> blocks, string source)
    {
        if (blocks.Any(block => block.Label == PemContent.CertificateLabel))
            return CertificateError.Make(source, "it has a certificate, but a private key is expected", Swapped);
        return Common(text, blocks, source, "private key")
            ?? CertificateError.Make(source, "it has no private key in PEM format (-----BEGIN PRIVATE KEY-----)",
                "Supply the PEM file of the key that was made with the certificate.");
    }

    /// <summary>The key cannot be used without its passphrase.</summary>
    public static EtcdException Encrypted(string source, bool isDer = false) => CertificateError.Make(source,
        "its private key is encrypted with a passphrase, and no passphrase was given",
        "Supply its passphrase (-Passphrase), or decrypt it into a file that only you can read: "
            + $"(umask 077; openssl pkey {(isDer ? "-inform DER " : "")}-in '{source}' -out decrypted.key). Then supply that file as the key.");

    /// <summary>The certificate was decoded, but its content cannot be used.</summary>
    public static EtcdException Unusable(string source, Exception cause) => CertificateError.Make(source,
        "its certificate is damaged, or this machine does not support its type",
        $"Show its content: openssl x509 -noout -text -in '{source}'. If it is damaged, copy it again; "
            + "otherwise issue a certificate with an ECDSA or RSA key.", cause);

    /// <summary>The END line is missing.</summary>
    public static EtcdException Cut(string source, string which, string label) => CertificateError.Make(source,
        $"{which} is cut off: there is no -----END {label}----- line", "Copy the complete file again.");

    /// <summary>The block is complete, but its content cannot be decoded.</summary>
    public static EtcdException Damaged(PemBlock block, string source, string which, Exception? cause) =>
        block.Text.Contains("\\n", StringComparison.Ordinal)
            ? CertificateError.Make(source, $"{which} is on one line, with \\n instead of line breaks",
                $"Convert it: umask 077; printf '%b' \"$(cat '{source}')\" >converted.pem", cause)
            : CertificateError.Make(source, $"{which} is damaged: the text between its BEGIN and END lines cannot be decoded",
                "Copy the file again.", cause);

    /// <summary>The mistakes that can happen with a certificate and with a key; null if the text has none of them.</summary>
    private static EtcdException? Common(string text, IReadOnlyList<PemBlock> blocks, string source, string expected)
    {
        if (string.IsNullOrWhiteSpace(text)) return CertificateError.Make(source, "it is empty", $"Supply the file of the {expected}.");
        foreach (PemBlock block in blocks)
        {
            switch (block.Label)
            {
                case "CERTIFICATE REQUEST" or "NEW CERTIFICATE REQUEST":
                    return CertificateError.Make(source, $"it has a certificate signing request, but a {expected} is expected",
                        "Have the request signed by the cluster's authority, and supply the certificate that the authority issues.");
                case "PUBLIC KEY" or "RSA PUBLIC KEY" or "EC PUBLIC KEY":
                    return CertificateError.Make(source, $"it has a public key, but a {expected} is expected",
                        $"Supply the file of the {expected}.");
                case "TRUSTED CERTIFICATE" or "X509 CERTIFICATE":
                    return CertificateError.Make(source, $"it has a certificate in openssl's own format ({block.Label})",
                        $"Convert it: openssl x509 -in '{source}' -out converted.crt");
                case "PKCS7" or "CMS":
                    return CertificateError.Make(source, $"it has a {block.Label} bundle, not certificates in PEM format",
                        $"Convert it: openssl pkcs7 -print_certs -in '{source}' -out converted.crt");
                case "X509 CRL":
                    return CertificateError.Make(source, $"it has a revocation list, but a {expected} is expected",
                        $"Supply the file of the {expected}.");
                default:
                    break;
            }
        }

        if (text.TrimStart().StartsWith(EncodedBegin, StringComparison.Ordinal))
            return CertificateError.Make(source, "it is a PEM file encoded in base64, as in a Kubernetes secret",
                $"Decode it: {Umask(expected)}base64 -d '{source}' >decoded.pem");
        if (IsBareBase64(text))
            return CertificateError.Make(source, "it is base64 without the -----BEGIN and -----END lines",
                $"Convert it: {Umask(expected)}base64 -d '{source}' >decoded.der, then openssl {(expected == "certificate" ? "x509" : "pkey")} "
                    + "-inform DER -in decoded.der");
        if (text.StartsWith("PuTTY-User-Key-File", StringComparison.Ordinal))
            return CertificateError.Make(source, "it has a PuTTY key for ssh", $"Supply the PEM file of the {expected}.");
        // The file was read as text, but it is not text; PemFile, which has the bytes, gives a more exact reason.
        if (text.Contains('\0', StringComparison.Ordinal) || text.Contains('\uFFFD', StringComparison.Ordinal))
            return CertificateError.Make(source, "it is a binary file, not PEM text", $"Convert the {expected} to PEM format with openssl.");
        return text.Contains("-----END ", StringComparison.Ordinal) && blocks.Count == 0
            ? CertificateError.Make(source, "it is cut off: there is an -----END line but no -----BEGIN line", "Copy the complete file again.")
            : null;
    }

    // A converted key must not be readable by other users.
    private static string Umask(string expected) => expected == "certificate" ? "" : "umask 077; ";

    // The content starts with a SEQUENCE of more than 127 bytes, like every certificate and key.
    private static bool IsBareBase64(string text) => text.TrimStart() is ['M', 'I' or 'H' or 'E' or 'F' or 'C', ..]
        && Convert.TryFromBase64String(text.Trim(), new byte[text.Length], out int length) && length > 32;
}
