using System.Security.Cryptography;

namespace EtcdAdmin.Snapshots.Formats.Encryption;

/// <summary>The numbers and limits of the container for encrypted snapshots, described in docs/design/encrypted-snapshots.md.</summary>
internal static class ContainerFormat
{
    public const ushort Version = 1;

    /// <summary>Magic 8, version 2, number of slots 2, length of the complete header 4, length of a chunk 4. All numbers big-endian.</summary>
    public const int FixedSize = 20;

    /// <summary>At the end of the header: SHA-256 of all bytes before it, and HMAC-SHA-256 of the same bytes.</summary>
    public const int DigestSize = SHA256.HashSizeInBytes, AuthenticationSize = HMACSHA256.HashSizeInBytes;

    public const int KeySize = 32, TagSize = 16, NonceSize = 12, SaltSize = 32;

    /// <summary>Bytes of plain text in each chunk except the last: large enough that the cost of a chunk's tag and call is negligible.</summary>
    public const int ChunkSize = 1 << 20;

    // Limits for what a hostile header can demand of this machine.
    public const int MinChunkSize = 1 << 10, MaxChunkSize = 16 << 20;
    public const int MaxHeaderSize = 64 << 10, MaxSlots = 64;

    /// <summary>Rounds of PBKDF2 with HMAC-SHA-512: about half a second. OWASP recommended 210,000 in 2023.</summary>
    public const int Iterations = 600_000;

    public const int MaxIterations = 10_000_000;

    /// <summary>The first bytes. The bytes around the name reveal a transfer as text or with seven bits, as in PNG.</summary>
    public static ReadOnlySpan<byte> Magic => [0x89, (byte)'E', (byte)'T', (byte)'S', (byte)'N', 0x0D, 0x0A, 0x1A];

    /// <summary>The key that authenticates the header.</summary>
    public static byte[] HeaderKey(ReadOnlySpan<byte> fileKey) => Derive(fileKey, salt: default, "EtcdAdmin snapshot header 1"u8);

    /// <summary>The key of the chunks, bound to the header.</summary>
    public static byte[] PayloadKey(ReadOnlySpan<byte> fileKey, ReadOnlySpan<byte> headerDigest) =>
        Derive(fileKey, headerDigest, "EtcdAdmin snapshot payload 1"u8);

    /// <summary>HKDF with SHA-256.</summary>
    public static byte[] Derive(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> purpose)
    {
        byte[] key = new byte[KeySize];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, salt, purpose);
        return key;
    }
}
