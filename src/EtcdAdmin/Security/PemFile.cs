using System.Text;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;
using EtcdAdmin.Text.Pem;

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
            if (new FileInfo(path).Length > MaxSize) throw CertificateError.Make(path, "it is larger than 1 MiB", "Check the path; give a file that holds the PEM text alone.");
            byte[] content = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
            if (DerContent.Explain(content, path) is { } binary) throw binary;
            // UTF-16 too, which Windows PowerShell writes.
            using var reader = new StreamReader(new MemoryStream(content), Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
            return await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    private static EtcdException Unreadable(string path, Exception e) => e switch
    {
        DirectoryNotFoundException or FileNotFoundException when Path.GetDirectoryName(path) is { Length: > 0 } folder && !Directory.Exists(folder) =>
            CertificateError.Make(path, "its folder does not exist", "Check the path.", e),
        FileNotFoundException => CertificateError.Make(path, "there is no such file", "Check the path.", e),
        UnauthorizedAccessException => CertificateError.Make(path, "this user may not read it",
            "Run the command as a user who may read it, or give this user the right to. Keep a private key readable for its owner alone.", e),
        _ => CertificateError.Make(path, $"it cannot be read ({e.Message.TrimEnd('.')})", "Check the path and the file system it is on.", e),
    };
}
