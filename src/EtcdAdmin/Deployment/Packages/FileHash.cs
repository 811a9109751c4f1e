using System.Security.Cryptography;

namespace EtcdAdmin.Deployment.Packages;

/// <summary>SHA-256 of files, in lower-case hexadecimal.</summary>
internal static class FileHash
{
    public static async Task<string> ComputeAsync(string path, CancellationToken cancellationToken)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        await using (stream.ConfigureAwait(false))
        {
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <exception cref="EtcdException">ChecksumMismatch, where one is expected and it is another.</exception>
    public static void Require(string what, string? expected, string actual)
    {
        if (expected is not null && !string.Equals(expected, actual, StringComparison.OrdinalIgnoreCase))
            throw PackageErrors.Checksum(what, expected, actual);
    }
}
