using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;
using EtcdAdmin.Text.Pem;

namespace EtcdAdmin.Snapshots.Formats.Encryption;

/// <summary>Reads certificates for encrypting and decrypting snapshots.</summary>
public static class SnapshotCertificate
{
    private const string KeyMark = "PRIVATE KEY-----";

    /// <summary>Reads a certificate to encrypt for.</summary>
    /// <param name="path">A PEM file.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">CertificateInvalid.</exception>
    public static async Task<X509Certificate2> ReadAsync(string path, CancellationToken cancellationToken) =>
        PemReader.ReadCertificate(await PemFile.ReadAsync(path, cancellationToken).ConfigureAwait(false), path);

    /// <summary>Reads a certificate with its private key, to decrypt with.</summary>
    /// <param name="path">A PEM file.</param>
    /// <param name="keyPath">The PEM file of the unencrypted private key; null if <paramref name="path"/> also contains the key.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">CertificateInvalid: no certificate, no key, or the key of another certificate.</exception>
    public static async Task<X509Certificate2> ReadWithKeyAsync(string path, string? keyPath, CancellationToken cancellationToken)
    {
        string certificate = await PemFile.ReadAsync(path, cancellationToken).ConfigureAwait(false);
        string key = keyPath is null ? certificate : await PemFile.ReadAsync(keyPath, cancellationToken).ConfigureAwait(false);
        string keySource = keyPath ?? path;
        if (!key.Contains(KeyMark, StringComparison.Ordinal))
            throw CertificateError.Make(keySource, "it contains no private key", "Supply the file of the private key (-CertificateKeyPath).");
        return PemIdentity.Load(certificate, key, path, keySource).Certificate;
    }
}
