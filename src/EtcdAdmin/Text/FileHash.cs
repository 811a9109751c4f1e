using System.Security.Cryptography;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Text;

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

    /// <summary>Refuses a file with another hash than expected; null skips the check.</summary>
    /// <exception cref="EtcdException">ChecksumMismatch.</exception>
    public static void Require(string what, string? expected, string actual)
    {
        if (expected is not null && !string.Equals(expected, actual, StringComparison.OrdinalIgnoreCase))
            throw Mismatch(what, expected, actual);
    }

    /// <summary>ChecksumMismatch.</summary>
    public static EtcdException Mismatch(string what, string expected, string actual) =>
        new(EtcdErrorIds.ChecksumMismatch,
            $"'{what}' was not accepted: its SHA-256 is {actual}; expected {expected}.")
        {
            Target = what,
            NextStep = "Get the file again from a source that you trust, or correct the expected SHA-256.",
        };
}
