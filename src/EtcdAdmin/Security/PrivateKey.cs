using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Text.Pem;

namespace EtcdAdmin.Security;

/// <summary>A private key, ECDSA or RSA, with the parameters for signing a certificate.</summary>
internal sealed class PrivateKey : IDisposable
{
    private const int Iterations = 250_000; // as in Pkcs12File

    private readonly AsymmetricAlgorithm _key;

    private PrivateKey(AsymmetricAlgorithm key) => _key = key;

    public PublicKey PublicKey => _key switch
    {
        ECDsa ecdsa => new PublicKey(ecdsa),
        _ => new PublicKey((RSA)_key),
    };

    /// <summary>As strong as the key: SHA-384 for curves above 256 bits, otherwise SHA-256.</summary>
    public HashAlgorithmName SignatureHash =>
        _key is ECDsa { KeySize: > 256 } ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;

    public X509SignatureGenerator CreateSigner() => _key switch
    {
        ECDsa ecdsa => X509SignatureGenerator.CreateForECDsa(ecdsa),
        _ => X509SignatureGenerator.CreateForRSA((RSA)_key, RSASignaturePadding.Pkcs1),
    };

    public static PrivateKey Create(KeyAlgorithm algorithm) => new(algorithm switch
    {
        KeyAlgorithm.EcdsaP256 => ECDsa.Create(ECCurve.NamedCurves.nistP256),
        KeyAlgorithm.EcdsaP384 => ECDsa.Create(ECCurve.NamedCurves.nistP384),
        KeyAlgorithm.Rsa2048 => RSA.Create(2048),
        KeyAlgorithm.Rsa3072 => RSA.Create(3072),
        KeyAlgorithm.Rsa4096 => RSA.Create(4096),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "Unknown key algorithm."),
    });

    /// <summary>Reads PKCS#8, and the older <c>EC PRIVATE KEY</c> and <c>RSA PRIVATE KEY</c>.</summary>
    /// <param name="pem">The key; never quoted in errors.</param>
    /// <param name="source">The origin of the text for messages, usually a path.</param>
    /// <exception cref="EtcdException">CertificateInvalid.</exception>
    public static PrivateKey FromPem(string pem, string source) => new(PemKey.Load(pem, source));

    /// <summary>PKCS#8, not encrypted.</summary>
    public string ExportPem() => _key.ExportPkcs8PrivateKeyPem() + "\n";

    /// <summary>PKCS#8, encrypted: AES-256, the key derived with PBKDF2 and SHA-256.</summary>
    public string ExportPem(string passphrase) => _key.ExportEncryptedPkcs8PrivateKeyPem(
        passphrase, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, Iterations)) + "\n";

    public bool Matches(X509Certificate2 certificate) => PemKey.Matches(_key, certificate);

    public void Dispose() => _key.Dispose();
}
