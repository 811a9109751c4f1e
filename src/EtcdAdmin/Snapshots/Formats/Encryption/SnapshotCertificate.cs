using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;
using EtcdAdmin.Text.Pem;

namespace EtcdAdmin.Snapshots.Formats.Encryption;

/// <summary>Reads certificates that snapshots are encrypted for.</summary>
public static class SnapshotCertificate
{
    private const string KeyMark = "PRIVATE KEY-----";

    /// <summary>A certificate to encrypt for.</summary>
    /// <param name="path">A PEM file.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EtcdException">CertificateInvalid.</exception>
    public static async Task<X509Certificate2> ReadAsync(string path, CancellationToken cancellationToken) =>
        PemReader.ReadCertificate(await PemFile.ReadAsync(path, cancellationToken).ConfigureAwait(false), path);

    /// <summary>A certificate with its private key, to decrypt with.</summary>
    /// <param name="path">A PEM file.</param>
    /// <param name="keyPath">The PEM file of its key, not encrypted; null where <paramref name="path"/> holds that too.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EtcdException">CertificateInvalid: no certificate, no key, or another certificate's.</exception>
    public static async Task<X509Certificate2> ReadWithKeyAsync(string path, string? keyPath, CancellationToken cancellationToken)
    {
        string certificate = await PemFile.ReadAsync(path, cancellationToken).ConfigureAwait(false);
        string key = keyPath is null ? certificate : await PemFile.ReadAsync(keyPath, cancellationToken).ConfigureAwait(false);
        string keySource = keyPath ?? path;
        if (!key.Contains(KeyMark, StringComparison.Ordinal))
            throw CertificateError.Make(keySource, "it holds no private key", "Name the file of the certificate's key (-CertificateKeyPath).");
        return PemIdentity.Load(certificate, key, path, keySource).Certificate;
    }
}
