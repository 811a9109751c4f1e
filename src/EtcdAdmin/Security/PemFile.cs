using System.Text;

namespace EtcdAdmin.Security;

/// <summary>Certificates and keys on disk, each with the access rights it should have.</summary>
/// <remarks>Windows has no such rights bits: there, files take the access list of their folder.</remarks>
public static class PemFile
{
    /// <summary>1 MiB: no certificate, key or bundle of authorities comes near it.</summary>
    private const int MaxSize = 1 << 20;

    /// <summary>Writes a certificate with the rights 0644, whole or not at all, in place of an existing one.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="pem">One or more certificates.</param>
    /// <param name="cancellationToken">A cancelled write leaves the old file.</param>
    /// <exception cref="EtcdException">DiskFull or FileWriteFailed.</exception>
    public static Task WriteCertificateAsync(string path, string pem, CancellationToken cancellationToken) =>
        AtomicFile.WriteAsync(path, Encoding.UTF8.GetBytes(pem), AtomicFile.Public, cancellationToken);

    /// <summary>Writes a private key, 0600 from its first byte on, whole or not at all, in place of an existing one.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="pem">The key.</param>
    /// <param name="cancellationToken">A cancelled write leaves the old file.</param>
    /// <exception cref="EtcdException">DiskFull or FileWriteFailed.</exception>
    public static Task WriteKeyAsync(string path, string pem, CancellationToken cancellationToken) =>
        AtomicFile.WriteAsync(path, Encoding.UTF8.GetBytes(pem), AtomicFile.OwnerOnly, cancellationToken);

    /// <summary>Reads a PEM file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The text; what its blocks hold is not looked into.</returns>
    /// <exception cref="EtcdException">CertificateInvalid: missing, not readable, far too large, or a binary file (DER, PKCS#12).</exception>
    public static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            if (Directory.Exists(path)) throw CertificateError.Make(path, "it is a folder", "Give a PEM file.");
            if (new FileInfo(path).Length > MaxSize) throw CertificateError.Make(path, "it is larger than 1 MiB");
            byte[] content = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
            if (DerContent.Explain(content, path) is { } binary) throw binary;
            // UTF-16 too, which Windows PowerShell writes.
            using var reader = new StreamReader(new MemoryStream(content), Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
            return await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CertificateError.Make(path, $"it cannot be read ({e.Message.TrimEnd('.')})", "Check the path and the rights of the file.", e);
        }
    }
}
