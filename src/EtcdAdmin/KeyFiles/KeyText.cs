using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EtcdAdmin.KeyFiles;

/// <summary>Converts bytes to text if the conversion can be reversed byte for byte.</summary>
internal static class KeyText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Decodes UTF-8 bytes.</summary>
    /// <param name="bytes">Any bytes.</param>
    /// <param name="text">The text; null if the bytes are not UTF-8.</param>
    /// <param name="withControls">Whether control characters count as text.</param>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out string? text, bool withControls)
    {
        text = null;
        if (!System.Text.Unicode.Utf8.IsValid(bytes)) return false;
        if (!withControls && (bytes.IndexOfAnyInRange((byte)0, (byte)0x1f) >= 0 || bytes.Contains((byte)0x7f))) return false;
        text = Strict.GetString(bytes);
        return true;
    }

    /// <summary>Encodes text; null if it contains an unpaired surrogate.</summary>
    public static byte[]? TryEncode(string text)
    {
        try
        {
            return Strict.GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Decodes Base64; null if the text is not valid Base64.</summary>
    public static byte[]? TryDecodeBase64(string text)
    {
        byte[] bytes = new byte[text.Length / 4 * 3];
        return Convert.TryFromBase64String(text, bytes, out int length) ? bytes[..length] : null;
    }
}
