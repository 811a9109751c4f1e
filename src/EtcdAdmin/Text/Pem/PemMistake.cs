using EtcdAdmin.Errors;

namespace EtcdAdmin.Text.Pem;

/// <summary>Says what a text is that is not the certificate or the key it was given as.</summary>
internal static class PemMistake
{
    private const string Swapped = "Check that the certificate file and the key file are not swapped.";

    // "-----BEGIN" in base64.
    private const string EncodedBegin = "LS0tLS1CRUdJTi";

    /// <summary>The text holds no certificate.</summary>
    public static EtcdException NoCertificate(string text, IReadOnlyList<PemBlock> blocks, string source)
    {
        if (Common(text, blocks, source, "certificate") is { } common) return common;
        return blocks.Any(block => block.IsKey)
            ? CertificateError.Make(source, "it holds a private key where a certificate is expected", Swapped)
            : CertificateError.Make(source, "it holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)",
                "Give the PEM file of the certificate.");
    }

    /// <summary>The text holds no private key.</summary>
    public static EtcdException NoKey(string text, IReadOnlyList<PemBlock> blocks, string source)
    {
        if (blocks.Any(block => block.Label == PemContent.CertificateLabel))
            return CertificateError.Make(source, "it holds a certificate where a private key is expected", Swapped);
        return Common(text, blocks, source, "private key")
            ?? CertificateError.Make(source, "it holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)",
                "Give the PEM file of the key that was made with the certificate.");
    }

    /// <summary>A key that nobody can use without its passphrase.</summary>
    public static EtcdException Encrypted(string source) => CertificateError.Make(source,
        "its private key is encrypted with a passphrase; neither etcd nor EtcdAdmin can ask for one",
        $"Decrypt it into a file that only you can read: (umask 077; openssl pkey -in '{source}' -out decrypted.key). Then give that file as the key.");

    /// <summary>The certificate was decoded, and what it holds cannot be used.</summary>
    public static EtcdException Unusable(string source, Exception cause) => CertificateError.Make(source,
        "its certificate is damaged, or of a kind this machine does not know",
        $"Look at it: openssl x509 -noout -text -in '{source}'. If it is damaged, copy it again; otherwise have one issued with an ECDSA or RSA key.", cause);

    /// <summary>The END line is missing.</summary>
    public static EtcdException Cut(string source, string which, string label) => CertificateError.Make(source,
        $"{which} is cut off: there is no -----END {label}----- line", "Copy the file again, completely.");

    /// <summary>The block is there, its content is not what it should be.</summary>
    public static EtcdException Damaged(PemBlock block, string source, string which, Exception? cause) =>
        block.Text.Contains("\\n", StringComparison.Ordinal)
            ? CertificateError.Make(source, $"{which} is on one line, with \\n written out where lines end",
                $"Make lines of it: umask 077; printf '%b' \"$(cat '{source}')\" >converted.pem", cause)
            : CertificateError.Make(source, $"{which} is damaged: the text between its BEGIN and END lines cannot be decoded",
                "Copy the file again.", cause);

    /// <summary>What is wrong whichever of the two was expected; null where nothing of it is.</summary>
    private static EtcdException? Common(string text, IReadOnlyList<PemBlock> blocks, string source, string expected)
    {
        if (string.IsNullOrWhiteSpace(text)) return CertificateError.Make(source, "it is empty", $"Give the file of the {expected}.");
        foreach (PemBlock block in blocks)
        {
            switch (block.Label)
            {
                case "CERTIFICATE REQUEST" or "NEW CERTIFICATE REQUEST":
                    return CertificateError.Make(source, $"it holds a certificate signing request where a {expected} is expected",
                        "Have the request signed by the cluster's authority, and give the certificate it returns.");
                case "PUBLIC KEY" or "RSA PUBLIC KEY" or "EC PUBLIC KEY":
                    return CertificateError.Make(source, $"it holds a public key where a {expected} is expected",
                        $"Give the file of the {expected}.");
                case "TRUSTED CERTIFICATE" or "X509 CERTIFICATE":
                    return CertificateError.Make(source, $"it holds a certificate in openssl's own form ({block.Label})",
                        $"Convert it: openssl x509 -in '{source}' -out converted.crt");
                case "PKCS7" or "CMS":
                    return CertificateError.Make(source, $"it holds a {block.Label} bundle, not certificates in PEM form",
                        $"Convert it: openssl pkcs7 -print_certs -in '{source}' -out converted.crt");
                case "X509 CRL":
                    return CertificateError.Make(source, $"it holds a revocation list where a {expected} is expected",
                        $"Give the file of the {expected}.");
                default:
                    break;
            }
        }

        if (text.TrimStart().StartsWith(EncodedBegin, StringComparison.Ordinal))
            return CertificateError.Make(source, "it is a PEM file encoded in base64, as the secrets of Kubernetes hold them", $"Decode it: {Umask(expected)}base64 -d '{source}' >decoded.pem");
        if (IsBareBase64(text))
            return CertificateError.Make(source, "it is base64 without the -----BEGIN and -----END lines", $"Convert it: {Umask(expected)}base64 -d '{source}' >decoded.der, then openssl {(expected == "certificate" ? "x509" : "pkey")} -inform DER -in decoded.der");
        if (text.StartsWith("PuTTY-User-Key-File", StringComparison.Ordinal))
            return CertificateError.Make(source, "it holds a PuTTY key for ssh", $"Give the PEM file of the {expected}.");
        // What was read as text although it is none; PemFile, which has the bytes, knows more.
        if (text.Contains('\0', StringComparison.Ordinal) || text.Contains('\uFFFD', StringComparison.Ordinal))
            return CertificateError.Make(source, "it is a binary file, not PEM text", $"Convert the {expected} to PEM form with openssl.");
        return text.Contains("-----END ", StringComparison.Ordinal) && blocks.Count == 0
            ? CertificateError.Make(source, "it is cut off: there is an -----END line but no -----BEGIN line", "Copy the file again, completely.")
            : null;
    }

    // A key that is converted must not become readable for others.
    private static string Umask(string expected) => expected == "certificate" ? "" : "umask 077; ";

    // What is encoded begins with a SEQUENCE of more than 127 bytes, as every certificate and key does.
    private static bool IsBareBase64(string text) => text.TrimStart() is ['M', 'I' or 'H' or 'E' or 'F' or 'C', ..]
        && Convert.TryFromBase64String(text.Trim(), new byte[text.Length], out int length) && length > 32;
}
