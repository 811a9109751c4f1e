using System.Security.Cryptography;

namespace EtcdAdmin.Snapshots.Formats.Encryption;

/// <summary>The numbers of the container of encrypted snapshots, and its limits. Described in docs/design/encrypted-snapshots.md.</summary>
internal static class ContainerFormat
{
    public const ushort Version = 1;

    /// <summary>Magic 8, version 2, number of slots 2, length of the whole header 4, length of a chunk 4. All numbers big-endian.</summary>
    public const int FixedSize = 20;

    /// <summary>At the end of the header: SHA-256 of all before it, and HMAC-SHA-256 of the same.</summary>
    public const int DigestSize = SHA256.HashSizeInBytes, AuthenticationSize = HMACSHA256.HashSizeInBytes;

    public const int KeySize = 32, TagSize = 16, NonceSize = 12, SaltSize = 32;

    /// <summary>Bytes of plain text in each chunk but the last: large enough that a chunk's tag and call cost nothing.</summary>
    public const int ChunkSize = 1 << 20;

    // What a hostile header may ask of this machine.
    public const int MinChunkSize = 1 << 10, MaxChunkSize = 16 << 20;
    public const int MaxHeaderSize = 64 << 10, MaxSlots = 64;

    /// <summary>Rounds of PBKDF2 with HMAC-SHA-512: about half a second. 210,000 are what OWASP asked for in 2023.</summary>
    public const int Iterations = 600_000;

    public const int MaxIterations = 10_000_000;

    /// <summary>How it begins; the bytes around the name show up what was sent as text or cut to seven bits, as those of PNG do.</summary>
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
