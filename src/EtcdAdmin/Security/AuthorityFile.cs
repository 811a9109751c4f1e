using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Text.Pem;

namespace EtcdAdmin.Security;

/// <summary>Reads an operator's own certificate authority from files.</summary>
public static class AuthorityFile
{
    /// <summary>Reads an authority and checks that it can issue certificates now.</summary>
    /// <param name="path">A PKCS#12 file, or a PEM file with the certificates of the authority and of all above it up to the root, in any
    /// order.</param>
    /// <param name="keyPath">The file with its key; null if the key is in the first file.</param>
    /// <param name="passphrase">The passphrase of the key or of the PKCS#12 file; null if there is none.</param>
    /// <param name="clock">Null means the system clock.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">CertificateInvalid: a file cannot be read, the passphrase is wrong, the key does not match, it is not an
    /// authority, its root is missing, or one of its certificates has expired or is not valid yet.</exception>
    public static async Task<CertificateAuthority> ReadAsync(
        string path, string? keyPath, string? passphrase, TimeProvider? clock, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string text = await PemFile.ReadAsync(path, passphrase, cancellationToken).ConfigureAwait(false);
        if (keyPath is null && !PemContent.Blocks(text).Any(block => block.IsKey))
        {
            throw CertificateError.Make(
                path, "it has no private key, which signs certificates", "Supply the file with the key of the authority too.");
        }

        string keyText = keyPath is null ? text : await PemFile.ReadAsync(keyPath, passphrase, cancellationToken).ConfigureAwait(false);
        using PrivateKey key = PrivateKey.FromPem(keyText, keyPath ?? path);

        X509Certificate2Collection certificates = PemContent.Certificates(text, path);
        X509Certificate2 own = certificates.FirstOrDefault(one => PemReader.Decode(one, path, key.Matches)) ?? throw CertificateError.Make(
            keyPath ?? path, $"its private key does not match a certificate in '{path}'",
            "Supply the key that was made with the authority's certificate.");
        string ordered = string.Join('\n', certificates.OrderBy(one => one != own).Select(one => one.ExportCertificatePem()));
        foreach (X509Certificate2 one in certificates) one.Dispose();
        var authority = CertificateAuthority.Load(ordered, key.ExportPem(), clock, path);
        try
        {
            authority.RequireValid(path);
            return authority;
        }
        catch
        {
            authority.Dispose();
            throw;
        }
    }
}
