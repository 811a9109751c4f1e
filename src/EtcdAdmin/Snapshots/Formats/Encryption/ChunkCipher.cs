using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EtcdAdmin.Snapshots.Formats.Encryption;

/// <summary>
/// Encrypts a stream chunk by chunk so that none can be changed, left out, swapped or added unnoticed: the nonce of each holds its number
/// and whether it is the last.
/// </summary>
/// <remarks>Source: "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance" (Hoang, Reyhanitabar, Rogaway, Vizár, 2015): STREAM.</remarks>
/// <param name="key">Of the payload; used for this one stream only.</param>
internal sealed class ChunkCipher(byte[] key) : IDisposable
{
    private readonly AesGcm _aes = new(key, ContainerFormat.TagSize);
    private readonly byte[] _nonce = new byte[ContainerFormat.NonceSize];
    private ulong _number;

    /// <param name="plain">One chunk.</param>
    /// <param name="sealed">Gets it encrypted, and its tag behind it.</param>
    /// <param name="isLast">Whether nothing follows.</param>
    public void Seal(ReadOnlySpan<byte> plain, Span<byte> @sealed, bool isLast) =>
        _aes.Encrypt(Next(isLast), plain, @sealed[..plain.Length], @sealed.Slice(plain.Length, ContainerFormat.TagSize));

    /// <param name="sealed">One chunk with its tag.</param>
    /// <param name="plain">Gets it decrypted.</param>
    /// <param name="isLast">Whether nothing follows.</param>
    /// <exception cref="AuthenticationTagMismatchException">It is not the chunk that belongs there.</exception>
    public void Open(ReadOnlySpan<byte> @sealed, Span<byte> plain, bool isLast) =>
        _aes.Decrypt(Next(isLast), @sealed[..^ContainerFormat.TagSize], @sealed[^ContainerFormat.TagSize..], plain);

    public void Dispose() => _aes.Dispose();

    // Three bytes of zero, the number of the chunk, one byte for the last.
    private byte[] Next(bool isLast)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_nonce.AsSpan(3), _number++);
        _nonce[^1] = isLast ? (byte)1 : (byte)0;
        return _nonce;
    }
}
