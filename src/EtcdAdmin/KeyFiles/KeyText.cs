using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EtcdAdmin.KeyFiles;

/// <summary>Bytes as text where that can be undone, byte for byte.</summary>
internal static class KeyText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text of bytes that are UTF-8.</summary>
    /// <param name="bytes">Any bytes.</param>
    /// <param name="text">The text; null where they are none.</param>
    /// <param name="withControls">Whether control characters are text too.</param>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out string? text, bool withControls)
    {
        text = null;
        if (!System.Text.Unicode.Utf8.IsValid(bytes)) return false;
        if (!withControls && (bytes.IndexOfAnyInRange((byte)0, (byte)0x1f) >= 0 || bytes.Contains((byte)0x7f))) return false;
        text = Strict.GetString(bytes);
        return true;
    }

    /// <summary>The bytes of a text; null where it has half a character.</summary>
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

    /// <summary>The bytes of a Base64 text; null where it is none.</summary>
    public static byte[]? TryDecodeBase64(string text)
    {
        byte[] bytes = new byte[text.Length / 4 * 3];
        return Convert.TryFromBase64String(text, bytes, out int length) ? bytes[..length] : null;
    }
}
