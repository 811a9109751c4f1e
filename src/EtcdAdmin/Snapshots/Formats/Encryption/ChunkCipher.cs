using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EtcdAdmin.Snapshots.Formats.Encryption;

/// <summary>
/// Encrypts a stream chunk by chunk. The nonce of each chunk contains its number and whether it is the last, so that no chunk can be
/// changed, removed, swapped or added unnoticed.
/// </summary>
/// <remarks>
/// Source: "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance" (Hoang, Reyhanitabar, Rogaway, Vizár, 2015): STREAM.
/// </remarks>
/// <param name="key">The payload key; used for this one stream only.</param>
internal sealed class ChunkCipher(byte[] key) : IDisposable
{
    private readonly AesGcm _aes = new(key, ContainerFormat.TagSize);
    private readonly byte[] _nonce = new byte[ContainerFormat.NonceSize];
    private ulong _number;

    /// <param name="plain">One chunk.</param>
    /// <param name="sealed">Receives the encrypted chunk and its tag.</param>
    /// <param name="isLast">Whether this is the last chunk.</param>
    public void Seal(ReadOnlySpan<byte> plain, Span<byte> @sealed, bool isLast) =>
        _aes.Encrypt(Next(isLast), plain, @sealed[..plain.Length], @sealed.Slice(plain.Length, ContainerFormat.TagSize));

    /// <param name="sealed">One chunk with its tag.</param>
    /// <param name="plain">Receives the decrypted chunk.</param>
    /// <param name="isLast">Whether this is the last chunk.</param>
    /// <exception cref="AuthenticationTagMismatchException">The chunk was changed or is in the wrong place.</exception>
    public void Open(ReadOnlySpan<byte> @sealed, Span<byte> plain, bool isLast) =>
        _aes.Decrypt(Next(isLast), @sealed[..^ContainerFormat.TagSize], @sealed[^ContainerFormat.TagSize..], plain);

    public void Dispose() => _aes.Dispose();

    // Three zero bytes, the number of the chunk, one byte for the last chunk.
    private byte[] Next(bool isLast)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_nonce.AsSpan(3), _number++);
        _nonce[^1] = isLast ? (byte)1 : (byte)0;
        return _nonce;
    }
}
