using System.Buffers.Binary;
using System.Security.Cryptography;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Snapshots.Formats.Encryption;

/// <summary>The header of an encrypted file: its recipients and the size of its chunks.</summary>
/// <param name="ChunkSize">Bytes of plain text in each chunk except the last.</param>
/// <param name="Slots">The file key, wrapped for each recipient.</param>
internal sealed record ContainerHeader(int ChunkSize, IReadOnlyList<KeySlot> Slots)
{
    private const int EndSize = ContainerFormat.DigestSize + ContainerFormat.AuthenticationSize;

    /// <summary>SHA-256 of all bytes before it. Not a secret: it distinguishes accidental damage from a wrong key.</summary>
    public byte[] Digest { get; private init; } = [];

    private byte[] Authentication { get; init; } = [];

    /// <summary>Returns the bytes of a header.</summary>
    /// <param name="chunkSize">As above.</param>
    /// <param name="slots">As above.</param>
    /// <param name="fileKey">The key that authenticates the header.</param>
    /// <param name="digest">See <see cref="Digest"/>.</param>
    public static byte[] Write(int chunkSize, IReadOnlyList<KeySlot> slots, ReadOnlySpan<byte> fileKey, out byte[] digest)
    {
        int length = ContainerFormat.FixedSize + slots.Sum(slot => KeySlot.PrefixSize + slot.Body.Length) + EndSize;
        byte[] header = new byte[length];
        ContainerFormat.Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(8), ContainerFormat.Version);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(10), (ushort)slots.Count);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(12), length);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(16), chunkSize);
        Span<byte> rest = header.AsSpan(ContainerFormat.FixedSize);
        foreach (KeySlot slot in slots)
        {
            BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)slot.Type);
            BinaryPrimitives.WriteUInt16BigEndian(rest[2..], (ushort)slot.Body.Length);
            slot.Body.CopyTo(rest[KeySlot.PrefixSize..]);
            rest = rest[(KeySlot.PrefixSize + slot.Body.Length)..];
        }

        digest = SHA256.HashData(header.AsSpan(..^EndSize));
        digest.CopyTo(rest);
        HMACSHA256.HashData(ContainerFormat.HeaderKey(fileKey), digest, rest[ContainerFormat.DigestSize..]);
        return header;
    }

    /// <summary>Reads a header and verifies its digest.</summary>
    /// <param name="stream">Positioned at the start of the file; afterwards at the start of the first chunk.</param>
    /// <param name="path">Path of the file, for errors.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">SnapshotInvalid; SnapshotNotSupported: a later version of the format.</exception>
    public static async Task<ContainerHeader> ReadAsync(Stream stream, string path, CancellationToken cancellationToken)
    {
        byte[] begin = new byte[ContainerFormat.FixedSize];
        await ReadExactlyAsync(stream, begin, path, cancellationToken).ConfigureAwait(false);
        int version = BinaryPrimitives.ReadUInt16BigEndian(begin.AsSpan(8));
        int length = BinaryPrimitives.ReadInt32BigEndian(begin.AsSpan(12));
        if (version != ContainerFormat.Version) throw OtherVersion(path, version);
        if (length is < ContainerFormat.FixedSize + EndSize or > ContainerFormat.MaxHeaderSize) throw Damaged(path);
        byte[] header = new byte[length];
        begin.CopyTo(header, 0);
        await ReadExactlyAsync(stream, header.AsMemory(begin.Length), path, cancellationToken).ConfigureAwait(false);
        return Parse(header, path);
    }

    /// <summary>Whether the key belongs to this file and the header is unchanged.</summary>
    public bool IsAuthentic(ReadOnlySpan<byte> fileKey) =>
        CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(ContainerFormat.HeaderKey(fileKey), Digest), Authentication);

    private static ContainerHeader Parse(ReadOnlySpan<byte> header, string path)
    {
        ReadOnlySpan<byte> signed = header[..^EndSize];
        byte[] digest = SHA256.HashData(signed);
        if (!header.Slice(signed.Length, ContainerFormat.DigestSize).SequenceEqual(digest)) throw Damaged(path);

        int count = BinaryPrimitives.ReadUInt16BigEndian(header[10..]);
        int chunkSize = BinaryPrimitives.ReadInt32BigEndian(header[16..]);
        if (count is 0 or > ContainerFormat.MaxSlots || chunkSize is < ContainerFormat.MinChunkSize or > ContainerFormat.MaxChunkSize)
            throw Damaged(path);
        var slots = new List<KeySlot>(count);
        ReadOnlySpan<byte> rest = signed[ContainerFormat.FixedSize..];
        for (int i = 0; i < count; i++)
        {
            if (rest.Length < KeySlot.PrefixSize) throw Damaged(path);
            var type = (KeySlotType)BinaryPrimitives.ReadUInt16BigEndian(rest);
            int size = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            rest = rest[KeySlot.PrefixSize..];
            if (size > rest.Length) throw Damaged(path);
            var slot = new KeySlot(type, rest[..size].ToArray());
            if (!slot.IsWellFormed) throw Damaged(path);
            slots.Add(slot);
            rest = rest[size..];
        }

        // Each passphrase slot costs half a second to try.
        if (!rest.IsEmpty || slots.Count(slot => slot.Type == KeySlotType.Passphrase) > 1) throw Damaged(path);
        return new ContainerHeader(chunkSize, slots) { Digest = digest, Authentication = header[^ContainerFormat.AuthenticationSize..].ToArray() };
    }

    private static async Task ReadExactlyAsync(Stream stream, Memory<byte> buffer, string path, CancellationToken cancellationToken)
    {
        int read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (read < buffer.Length) throw FormatErrors.Damaged(path, "the file is truncated within its encryption header");
    }

    private static EtcdException Damaged(string path) => FormatErrors.Damaged(path, "its encryption header is damaged");

    private static EtcdException OtherVersion(string path, int version) => new(
        EtcdErrorIds.SnapshotNotSupported, $"'{path}' uses version {version} of the encryption format; "
            + $"this EtcdAdmin supports version {ContainerFormat.Version}.")
    {
        Target = path,
        NextStep = "Open the file with a newer EtcdAdmin. If this version of EtcdAdmin wrote the file, it is damaged: use another snapshot.",
    };
}
