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

    /// <summary>Reads a file without a passphrase.</summary>
    /// <param name="path">The file: PEM, DER or PKCS#12.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>PEM text; its blocks are not checked.</returns>
    /// <exception cref="EtcdException">CertificateInvalid: missing, unreadable, much too large, another kind of file, or it needs a passphrase.
    /// </exception>
    public static Task<string> ReadAsync(string path, CancellationToken cancellationToken) => ReadAsync(path, passphrase: null, cancellationToken);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file: PEM, DER or PKCS#12.</param>
    /// <param name="passphrase">Decrypts its private key; null for none. Not used if nothing is encrypted.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>PEM text; its blocks are not checked. With a passphrase, its keys are decrypted.</returns>
    /// <exception cref="EtcdException">CertificateInvalid: missing, unreadable, much too large, another kind of file, or the passphrase is missing or
    /// wrong.</exception>
    public static async Task<string> ReadAsync(string path, string? passphrase, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            if (Directory.Exists(path)) throw CertificateError.Make(path, "it is a folder", "Supply a PEM file.");
            if (new FileInfo(path).Length > MaxSize) throw CertificateError.Make(path, "it is larger than 1 MiB",
                "Check the path. Supply a file that contains only the certificate or the key.");
            byte[] content = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
            return CertificateContent.ToPem(content, path, passphrase);
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
