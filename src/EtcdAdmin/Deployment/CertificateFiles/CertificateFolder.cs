using EtcdAdmin.Errors;
using EtcdAdmin.Security;
using EtcdAdmin.Text;

namespace EtcdAdmin.Deployment.CertificateFiles;

/// <summary>A folder for certificates and keys. Before the first file is written, all names are checked.</summary>
/// <param name="path">The folder.</param>
/// <param name="overwrite">Whether existing files are replaced.</param>
internal sealed class CertificateFolder(string path, bool overwrite)
{
    private const int ParallelWrites = 32;

    private readonly string _path = Path.GetFullPath(path);

    /// <summary>The file of a certificate.</summary>
    public string Certificate(string name) => Path.Combine(_path, name + ".crt");

    /// <summary>The file of a request.</summary>
    public string Request(string name) => Path.Combine(_path, name + ".csr");

    /// <summary>The file of a private key.</summary>
    public string Key(string name) => Path.Combine(_path, name + ".key");

    /// <summary>Writes pairs of a certificate or request and its key.</summary>
    /// <exception cref="EtcdException">FileExists: one file exists, and none was written. DiskFull, FileWriteFailed.</exception>
    public async Task WriteAsync(IReadOnlyList<(string Path, string Text, string KeyFile, string Key)> pairs, CancellationToken cancellationToken)
    {
        if (!overwrite && pairs.SelectMany(pair => new[] { pair.Path, pair.KeyFile }).FirstOrDefault(Path.Exists) is { } exists)
        {
            throw new EtcdException(EtcdErrorIds.FileExists, $"'{exists}' already exists. Nothing was written.")
            {
                Target = exists,
                NextStep = "Choose another folder, or replace the files with -Force. A key that is replaced is lost.",
            };
        }

        PrivateFolder.Create(_path);
        // Each file is flushed to the disk; a disk does that for many files at once.
        await Parallel.ForEachAsync(
            pairs, new ParallelOptions { MaxDegreeOfParallelism = ParallelWrites, CancellationToken = cancellationToken }, async (pair, token) =>
            {
                // The key first: a certificate without its key would look complete.
                await PemFile.WriteKeyAsync(pair.KeyFile, pair.Key, token).ConfigureAwait(false);
                await PemFile.WriteCertificateAsync(pair.Path, pair.Text, token).ConfigureAwait(false);
            }).ConfigureAwait(false);
    }
}
