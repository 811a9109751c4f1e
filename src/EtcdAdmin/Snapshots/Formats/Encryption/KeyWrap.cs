using System.Security.Cryptography;

namespace EtcdAdmin.Snapshots.Formats.Encryption;

/// <summary>One key encrypted under another with AES-256-GCM.</summary>
internal static class KeyWrap
{
    // Each wrapping key is used once: it comes from a new salt or a new key pair. So a constant nonce is safe.
    private static ReadOnlySpan<byte> Nonce => new byte[ContainerFormat.NonceSize];

    /// <param name="key">The wrapping key.</param>
    /// <param name="fileKey">The key to wrap.</param>
    /// <param name="wrapped">Receives the encrypted key and its tag.</param>
    public static void Wrap(ReadOnlySpan<byte> key, ReadOnlySpan<byte> fileKey, Span<byte> wrapped)
    {
        using var aes = new AesGcm(key, ContainerFormat.TagSize);
        aes.Encrypt(Nonce, fileKey, wrapped[..^ContainerFormat.TagSize], wrapped[^ContainerFormat.TagSize..]);
    }

    /// <summary>Unwraps a key; null if the wrapping key is wrong.</summary>
    public static byte[]? TryUnwrap(ReadOnlySpan<byte> key, ReadOnlySpan<byte> wrapped)
    {
        byte[] fileKey = new byte[ContainerFormat.KeySize];
        using var aes = new AesGcm(key, ContainerFormat.TagSize);
        try
        {
            aes.Decrypt(Nonce, wrapped[..^ContainerFormat.TagSize], wrapped[^ContainerFormat.TagSize..], fileKey);
            return fileKey;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
