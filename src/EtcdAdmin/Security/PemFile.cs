using System.Text;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;
using EtcdAdmin.Text.Pem;

namespace EtcdAdmin.Security;

/// <summary>Reads and writes certificate and key files, each with its proper mode.</summary>
/// <remarks>Windows has no file modes: there a file inherits the access list of its folder.</remarks>
public static class PemFile
{
    /// <summary>1 MiB; certificates, keys and bundles of authorities are much smaller.</summary>
    private const int MaxSize = 1 << 20;

    /// <summary>Writes a certificate atomically, with the mode 0644; an existing file is replaced.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="pem">One or more certificates.</param>
    /// <param name="cancellationToken">A cancelled write keeps the old file.</param>
    /// <exception cref="EtcdException">DiskFull or FileWriteFailed.</exception>
    public static Task WriteCertificateAsync(string path, string pem, CancellationToken cancellationToken) =>
        AtomicFile.WriteAsync(path, Encoding.UTF8.GetBytes(pem), AtomicFile.Public, cancellationToken);

    /// <summary>Writes a private key atomically, with the mode 0600 from the first byte on; an existing file is replaced.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="pem">The key.</param>
    /// <param name="cancellationToken">A cancelled write keeps the old file.</param>
    /// <exception cref="EtcdException">DiskFull or FileWriteFailed.</exception>
    public static Task WriteKeyAsync(string path, string pem, CancellationToken cancellationToken) =>
        AtomicFile.WriteAsync(path, Encoding.UTF8.GetBytes(pem), AtomicFile.OwnerOnly, cancellationToken);

    /// <summary>Reads a PEM file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The text; its blocks are not checked.</returns>
    /// <exception cref="EtcdException">CertificateInvalid: missing, unreadable, much too large, or a binary file (DER, PKCS#12).</exception>
    public static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            if (Directory.Exists(path)) throw CertificateError.Make(path, "it is a folder", "Supply a PEM file.");
            if (new FileInfo(path).Length > MaxSize) throw CertificateError.Make(path, "it is larger than 1 MiB",
                "Check the path. Supply a file that contains only the PEM text.");
            byte[] content = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
            if (DerContent.Explain(content, path) is { } binary) throw binary;
            // Also reads UTF-16, which Windows PowerShell writes.
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
        FileNotFoundException => CertificateError.Make(path, "the file does not exist", "Check the path.", e),
        UnauthorizedAccessException => CertificateError.Make(path, "this user does not have the permission to read it",
            "Run the command as a user who may read the file, or give this user read permission. Keep private keys readable by their owner only.", e),
        _ => CertificateError.Make(path, $"it cannot be read ({e.Message.TrimEnd('.')})", "Check the path and its file system.", e),
    };
}
