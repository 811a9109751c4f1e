using System.Security.Cryptography;
using System.Text;

namespace EtcdAdmin.Provisioning.Files;

/// <summary>Files with a checksum of the rest of the file in a comment. The checksum shows whether a file was changed by hand.</summary>
/// <remarks>Comparing with the specification is not enough: after an interrupted change the file is from the previous specification.</remarks>
internal static class SealedText
{
    private const string Mark = "# sha256 of what follows: ";

    /// <summary>Puts the checksum between heading and text.</summary>
    /// <param name="heading">Comments, with their line breaks.</param>
    /// <param name="text">The text that the checksum covers.</param>
    public static string Seal(string heading, string text) => $"{heading}{Mark}{Sha256(text)}\n{text}";

    /// <summary>Whether a file is unchanged since it was written; null where it has no checksum, as files of earlier versions.</summary>
    public static bool? IsIntact(string file)
    {
        (int start, int end) = Find(file);
        return start < 0 ? null : file[(start + Mark.Length)..end] == Sha256(file[Math.Min(file.Length, end + 1)..]);
    }

    /// <summary>The file as earlier versions wrote it.</summary>
    public static string Unsealed(string file)
    {
        (int start, int end) = Find(file);
        return start < 0 ? file : file.Remove(start, Math.Min(file.Length, end + 1) - start);
    }

    /// <summary>Whether a checksum is that of a file, or of the file as earlier versions wrote it.</summary>
    public static bool Has(string? sha256, string file) => sha256 == Sha256(file) || sha256 == Sha256(Unsealed(file));

    private static (int Start, int End) Find(string file)
    {
        int start = file.StartsWith(Mark, StringComparison.Ordinal) ? 0 : file.IndexOf('\n' + Mark, StringComparison.Ordinal) + 1;
        if (start == 0 && !file.StartsWith(Mark, StringComparison.Ordinal)) return (-1, -1);
        int end = file.IndexOf('\n', start);
        return (start, end < 0 ? file.Length : end);
    }

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
