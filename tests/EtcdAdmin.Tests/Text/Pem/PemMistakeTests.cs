using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EtcdAdmin.Clusters.Connecting;
using EtcdAdmin.Errors;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Text.Pem;

/// <summary>Files that are given as certificate, key or authority and are something else: each is called what it is.</summary>
public sealed class PemMistakeTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TestCertificate _authority = new(TestCertificate.Root("root"));
    private readonly TestCertificate _mine;
    private readonly TestCertificate _other;

    public PemMistakeTests()
    {
        _mine = new TestCertificate(new TestCertificateSpec("me") { Issuer = _authority });
        _other = new TestCertificate(new TestCertificateSpec("other") { Issuer = _authority });
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Cut => _mine.KeyPem[..(_mine.KeyPem.Length / 2)];

    public void Dispose()
    {
        _mine.Dispose();
        _other.Dispose();
        _authority.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("empty", "it is empty", "file of the private key")]
    [InlineData("blank", "it is empty", "file of the private key")]
    [InlineData("words", "no private key in PEM format", "PEM file of the key")]
    [InlineData("encrypted", "encrypted with a passphrase", "openssl pkey -in '{0}'")]
    [InlineData("encrypted, old form", "encrypted with a passphrase", "openssl pkey -in '{0}'")]
    [InlineData("encrypted DER", "encrypted with a passphrase", "openssl pkey -inform DER -in '{0}'")]
    [InlineData("PKCS#12", "a PKCS#12 file with a passphrase", "-Passphrase")]
    [InlineData("PKCS#12, cut", "(DER or PKCS#12) that is cut off: it has 200 of ", "Copy the complete file again")]
    [InlineData("PKCS#12, damaged", "PKCS#12 file", "")]
    [InlineData("PKCS#12 with two keys", "several private keys ('CN=me', 'CN=other')", "file of its own")]
    [InlineData("PKCS#12 without a key", "a certificate, but a private key is expected", "swapped")]
    [InlineData("cut", "its private key is cut off", "Copy the complete file again")]
    [InlineData("beginning cut", "cut off", "Copy the complete file again")]
    [InlineData("lines lost", "its private key is damaged", "Copy the file again")]
    [InlineData("not base64", "its private key is damaged", "Copy the file again")]
    [InlineData("of another", "does not match the certificate 'CN=me' in '{1}'", "made with this certificate")]
    [InlineData("two keys", "several private keys, and the first key", "Remove the other keys")]
    [InlineData("certificate", "a certificate, but a private key is expected", "swapped")]
    [InlineData("request", "a certificate signing request, but a private key is expected", "signed by")]
    [InlineData("public key", "a public key, but a private key is expected", "private key")]
    [InlineData("ssh key", "an ssh key", "PEM file of the key")]
    [InlineData("PuTTY key", "a PuTTY key", "PEM file of the private key")]
    [InlineData("Java key store", "a Java key store", "keytool")]
    [InlineData("base64 of PEM", "encoded in base64", "base64 -d '{0}'")]
    [InlineData("base64 alone", "without the -----BEGIN and -----END lines", "openssl pkey -inform DER")]
    [InlineData("one line", "with \\n instead of line breaks", "printf '%b'")]
    [InlineData("Ed25519", "is not supported; ECDSA and RSA keys are", "ECDSA or RSA")]
    public async Task Connect_KeyFileIsSomethingElse_SaysWhatAndNamesTheFile(string kind, string reason, string nextStep)
    {
        string certificate = await WriteAsync("me.crt", Encoding.ASCII.GetBytes(_mine.Pem));
        string key = await WriteAsync("me.key", Key(kind));

        EtcdException error = await ConnectAsync(ca: null, certificate, key);

        AssertSays(error, key, reason, nextStep, key, certificate);
        Assert.DoesNotContain(_mine.KeyPem.Split('\n')[1][..20], error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("empty", "it is empty", "file of the certificate")]
    [InlineData("words", "no certificate in PEM format", "PEM file of the certificate")]
    [InlineData("key", "a private key, but a certificate is expected", "swapped")]
    [InlineData("PKCS#12", "a PKCS#12 file with a passphrase", "-Passphrase")]
    [InlineData("PKCS#7", "PKCS7 bundle", "openssl pkcs7 -print_certs -in '{0}'")]
    [InlineData("PKCS#7 in DER form", "PKCS#7 bundle in DER format", "openssl pkcs7 -print_certs -inform DER -in '{0}'")]
    [InlineData("request", "a certificate signing request", "signed by")]
    [InlineData("request in DER form", "a certificate signing request in DER format", "signed by")]
    [InlineData("public key", "a public key, but a certificate is expected", "file of the certificate")]
    [InlineData("trusted", "openssl's own format (TRUSTED CERTIFICATE)", "openssl x509 -in '{0}'")]
    [InlineData("revocation list", "a revocation list", "file of the certificate")]
    [InlineData("cut", "its certificate is cut off", "Copy the complete file again")]
    [InlineData("second cut", "certificate 2 of 2 in it is cut off", "Copy the complete file again")]
    [InlineData("lines lost", "its certificate is damaged", "Copy the file again")]
    [InlineData("base64 of PEM", "encoded in base64", "base64 -d '{0}'")]
    [InlineData("base64 alone", "without the -----BEGIN and -----END lines", "openssl x509 -inform DER")]
    [InlineData("one line", "with \\n instead of line breaks", "printf '%b'")]
    [InlineData("binary", "a binary file", "openssl")]
    [InlineData("issuer first", "belongs to certificate 2 of 2 ('CN=me')", "Put the certificate of 'CN=me' first")]
    public async Task Connect_CertificateFileIsSomethingElse_SaysWhatAndNamesTheFile(string kind, string reason, string nextStep)
    {
        string file = await WriteAsync("me.crt", Certificate(kind));
        string key = await WriteAsync("me.key", Encoding.ASCII.GetBytes(_mine.KeyPem));

        EtcdException asClient = await ConnectAsync(ca: null, file, key);

        AssertSays(asClient, file, reason, nextStep, file, key);
        if (kind == "issuer first") return; // any order will do for authorities
        EtcdException asAuthority = await ConnectAsync(ca: file, certificate: null, key: null);
        AssertSays(asAuthority, file, reason, nextStep, file, key);
    }

    [Theory]
    [InlineData("UTF-8 with a byte order mark")]
    [InlineData("UTF-16, as Windows PowerShell writes it")]
    [InlineData("utf-16 without a byte order mark")]
    [InlineData("big-endian UTF-16 without a byte order mark")]
    [InlineData("CRLF, and text before and between")]
    [InlineData("DER")]
    [InlineData("older DER key")]
    [InlineData("PKCS#12 without a passphrase")]
    [InlineData("key in the certificate's file, and no other given")]
    [InlineData("curve parameters before the key, as openssl writes it")]
    [InlineData("certificate and key in one file")]
    [InlineData("a second key behind the right one")]
    public async Task Connect_UnusualButUsableFiles_AreTaken(string kind)
    {
        string both = _mine.Pem + _mine.KeyPem;
        string parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + _mine.Key.ExportECPrivateKeyPem();
        (byte[] certificate, byte[] key) = (kind.Length < 5 ? kind : kind[..5]) switch
        {
            "UTF-8" => (Bytes(_mine.Pem, new UTF8Encoding(true)), Bytes(_mine.KeyPem, new UTF8Encoding(true))),
            "UTF-1" => (Bytes(_mine.Pem, Encoding.Unicode), Bytes(_mine.KeyPem, Encoding.Unicode)),
            "utf-1" => (Encoding.Unicode.GetBytes(_mine.Pem), Encoding.Unicode.GetBytes(_mine.KeyPem)),
            "big-e" => (Encoding.BigEndianUnicode.GetBytes(_mine.Pem), Encoding.BigEndianUnicode.GetBytes(_mine.KeyPem)),
            "CRLF," => (Bytes(Crlf("Bag Attributes\n" + _mine.Pem + "subject=root\n" + _authority.Pem)), Bytes(Crlf("key:\n" + _mine.KeyPem))),
            "DER" => (_mine.Certificate.RawData, _mine.Key.ExportPkcs8PrivateKey()),
            "older" => (_mine.Certificate.RawData, _mine.Key.ExportECPrivateKey()),
            "PKCS#" => (Pkcs12(""), Pkcs12("")),
            "curve" => (Bytes(_mine.Pem), Bytes(parameters)),
            "key i" => (Bytes(_mine.KeyPem + _mine.Pem), []),
            "certi" => (Bytes(both), Bytes(both)),
            _ => (Bytes(_mine.Pem), Bytes(_mine.KeyPem + _other.KeyPem)),
        };

        EtcdException error = await ConnectAsync(
            ca: null, await WriteAsync("me.crt", certificate), key.Length == 0 ? null : await WriteAsync("me.key", key));

        Assert.Equal(EtcdErrorIds.ConnectFailed, error.ErrorId); // nobody is there, but it went that far
    }

    [Theory]
    [InlineData("missing.pem", "the file does not exist", "Check the path")]
    [InlineData("no/such/folder.pem", "its folder does not exist", "Check the path")]
    [InlineData("folder", "it is a folder", "Supply a PEM file")]
    [InlineData("large.pem", "it is larger than 1 MiB", "Check the path")]
    public async Task Connect_FileThatIsNotThere_SaysSoAndWhatToDo(string name, string reason, string nextStep)
    {
        string path = _folder.File(name);
        Directory.CreateDirectory(_folder.File("folder"));
        await File.WriteAllBytesAsync(_folder.File("large.pem"), new byte[(1 << 20) + 1], Token);
        string good = await WriteAsync("me.crt", Encoding.ASCII.GetBytes(_mine.Pem));

        EtcdException[] errors = [await ConnectAsync(path, null, null), await ConnectAsync(null, path, good), await ConnectAsync(null, good, path)];

        Assert.All(errors, error => AssertSays(error, path, reason, nextStep));
    }

    private static void AssertSays(EtcdException error, string target, string reason, string nextStep, params string[] files)
    {
        Assert.Equal(EtcdErrorIds.CertificateInvalid, error.ErrorId);
        Assert.Equal(target, error.Target);
        Assert.StartsWith($"'{target}' cannot be used: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(string.Format(System.Globalization.CultureInfo.InvariantCulture, reason, files), error.Message, StringComparison.Ordinal);
        Assert.Contains(string.Format(System.Globalization.CultureInfo.InvariantCulture, nextStep, files), error.NextStep, StringComparison.Ordinal);
    }

    private static byte[] Bytes(string text, Encoding? encoding = null) =>
        [.. (encoding ?? Encoding.ASCII).GetPreamble(), .. (encoding ?? Encoding.ASCII).GetBytes(text)];

    private static string Pem(string label, byte[] content) => new string(PemEncoding.Write(label, content)) + "\n";

    private static string Crlf(string text) => text.Replace("\n", "\r\n", StringComparison.Ordinal);

    private static string WithoutLines(string pem)
    {
        string[] lines = pem.Split('\n');
        return string.Join('\n', lines[..1].Concat(lines[2..]));
    }

    private byte[] Key(string kind)
    {
        var secret = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);
        return kind switch
        {
            "empty" => [],
            "blank" => Bytes("\n \r\n"),
            "words" => Bytes("this is not a key\n"),
            "encrypted" => Bytes(_mine.Key.ExportEncryptedPkcs8PrivateKeyPem("sesame", secret)),
            "encrypted, old form" =>
                Bytes(_mine.Key.ExportECPrivateKeyPem()
                .Replace("KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n", StringComparison.Ordinal)),
            "encrypted DER" => _mine.Key.ExportEncryptedPkcs8PrivateKey("sesame", secret),
            "PKCS#12" => Pkcs12("sesame"),
            "PKCS#12, cut" => Pkcs12("sesame")[..200],
            "PKCS#12, damaged" => [.. Pkcs12("sesame").Select((value, i) => i is > 100 and < 140 ? (byte)7 : value)],
            "PKCS#12 with two keys" => TwoKeys(),
            "PKCS#12 without a key" => _mine.Certificate.Export(X509ContentType.Pkcs12),
            "cut" => Bytes(Cut),
            "beginning cut" => Bytes(_mine.KeyPem[40..]),
            "lines lost" => Bytes(WithoutLines(_mine.KeyPem)),
            "not base64" => Bytes(_mine.KeyPem.Replace("KEY-----\n", "KEY-----\n?!", StringComparison.Ordinal)),
            "of another" => Bytes(_other.KeyPem),
            "two keys" => Bytes(_other.KeyPem + _mine.KeyPem),
            "certificate" => Bytes(_mine.Pem),
            "request" => Bytes(Request().CreateSigningRequestPem()),
            "public key" => Bytes(_mine.Key.ExportSubjectPublicKeyInfoPem()),
            "ssh key" => Bytes(Pem("OPENSSH PRIVATE KEY", RandomNumberGenerator.GetBytes(100))),
            "PuTTY key" => Bytes("PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n"),
            "Java key store" => [0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2],
            "base64 of PEM" => Bytes(Convert.ToBase64String(Bytes(_mine.KeyPem), Base64FormattingOptions.InsertLineBreaks)),
            "base64 alone" => Bytes(Convert.ToBase64String(_mine.Key.ExportPkcs8PrivateKey(), Base64FormattingOptions.InsertLineBreaks)),
            "one line" => Bytes(_mine.KeyPem.Replace("\n", "\\n", StringComparison.Ordinal)),
            // PrivateKeyInfo { 0, { id-Ed25519 }, OCTET STRING { OCTET STRING of 32 bytes } }: RFC 8410, section 7.
            _ => Bytes(
                Pem("PRIVATE KEY", [0x30, 0x2E, 2, 1, 0, 0x30, 5, 6, 3, 0x2B, 0x65, 0x70, 4, 0x22, 4, 0x20, .. RandomNumberGenerator.GetBytes(32)])),
        };
    }

    private byte[] Certificate(string kind)
    {
        // Not null for a certificate.
        byte[] bundle = new X509Certificate2Collection(new[] { _mine.Certificate, _authority.Certificate }).Export(X509ContentType.Pkcs7)!;
        return kind switch
        {
            "key" => Bytes(_mine.KeyPem),
            "PKCS#7" => Bytes(Pem("PKCS7", bundle)),
            "PKCS#7 in DER form" => bundle,
            "request in DER form" => Request().CreateSigningRequest(),
            "trusted" => Bytes(Pem("TRUSTED CERTIFICATE", _mine.Certificate.RawData)),
            "revocation list" => Bytes(Pem("X509 CRL", [0x30, 0])),
            "cut" => Bytes(_mine.Pem[..(_mine.Pem.Length / 2)]),
            "second cut" => Bytes(_mine.Pem + _authority.Pem[..(_authority.Pem.Length / 2)]),
            "lines lost" => Bytes(WithoutLines(_mine.Pem)),
            "base64 of PEM" => Bytes(Convert.ToBase64String(Bytes(_mine.Pem))),
            "base64 alone" => Bytes(Convert.ToBase64String(_mine.Certificate.RawData)),
            "one line" => Bytes(_mine.Pem.Replace("\n", "\\n", StringComparison.Ordinal)),
            "binary" => [0x30, 5, 1, 2, 0xFF, 0, 0xFF],
            "issuer first" => Bytes(_authority.Pem + _mine.Pem),
            _ => Key(kind),
        };
    }

    private byte[] Pkcs12(string passphrase)
    {
        using X509Certificate2 both = _mine.Certificate.CopyWithPrivateKey(_mine.Key);
        return both.Export(X509ContentType.Pkcs12, passphrase);
    }

    private byte[] TwoKeys()
    {
        using X509Certificate2 mine = _mine.Certificate.CopyWithPrivateKey(_mine.Key), other = _other.Certificate.CopyWithPrivateKey(_other.Key);
        return new X509Certificate2Collection(new[] { mine, other }).Export(X509ContentType.Pkcs12)!; // not null for PKCS#12
    }

    private CertificateRequest Request() => new("CN=me", _mine.Key, HashAlgorithmName.SHA256);

    private async Task<string> WriteAsync(string name, byte[] content)
    {
        string path = _folder.File(name);
        await File.WriteAllBytesAsync(path, content, Token);
        return path;
    }

    private static async Task<EtcdException> ConnectAsync(string? ca, string? certificate, string? key)
    {
        await using var lab = new LocalLab();
        var request = new ConnectRequest
        {
            Endpoints = [$"https://127.0.0.1:{FreePorts.Take(1)[0]}"],
            CaFile = ca,
            CertificateFile = certificate,
            KeyFile = key,
        };
        return await Assert.ThrowsAnyAsync<EtcdException>(() => new ClusterConnector(lab.Context).ConnectAsync(request, Token));
    }
}
