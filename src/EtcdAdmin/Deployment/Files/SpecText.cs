using System.Text;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Deployment.Files;

/// <summary>Reads the bytes of a file.</summary>
internal static class SpecText
{
    private const int MaxLength = 1 << 20;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="EtcdException">SpecInvalid: the file does not exist, cannot be read, or is larger than 1 MiB.</exception>
    public static async Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
            await using (file.ConfigureAwait(false))
            {
                byte[] content = new byte[MaxLength + 1];
                int length = await file.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellationToken)
                    .ConfigureAwait(false);
                if (length > MaxLength) throw SpecProblems.Refuse(path, SpecPlace.None, "the file is larger than 1 MiB");
                bool hasMark = content.AsSpan(0, length).StartsWith(Encoding.UTF8.Preamble);
                return content[(hasMark ? Encoding.UTF8.Preamble.Length : 0)..length];
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw SpecProblems.Refuse(path, SpecPlace.None, "there is no such file", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SpecProblems.Refuse(path, SpecPlace.None, $"the file cannot be read: {e.Message}", e);
        }
    }

    /// <exception cref="EtcdException">SpecInvalid: the file is not UTF-8.</exception>
    public static string Decode(byte[] content, string path)
    {
        try
        {
            return Strict.GetString(content);
        }
        catch (DecoderFallbackException e)
        {
            throw SpecProblems.Refuse(path, SpecPlace.None, "the file is not UTF-8 text", e);
        }
    }
}
