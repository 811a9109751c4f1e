using System.Buffers.Binary;

namespace EtcdAdmin.Database.Bolt;

/// <summary>The entry point of the file. bbolt writes two metas in turn; the valid meta with the higher transaction ID counts.</summary>
/// <param name="PageSize">Bytes of a page.</param>
/// <param name="Root">Root page of the bucket that contains all buckets.</param>
/// <param name="Freelist">Page of the free list, or <see cref="BoltFormat.NoFreelist"/>.</param>
/// <param name="PageCount">One more than the highest page in use (bbolt's high water mark).</param>
/// <param name="TransactionId">Increases with each commit.</param>
/// <remarks>Source: bbolt <c>internal/common/meta.go</c>.</remarks>
internal sealed record BoltMeta(uint PageSize, ulong Root, ulong Freelist, ulong PageCount, ulong TransactionId)
{
    private const int ChecksumOffset = 56;

    /// <summary>Reads a meta; null if the magic, format version or checksum is wrong.</summary>
    /// <param name="meta">The <see cref="BoltFormat.MetaSize"/> bytes after the page header.</param>
    public static BoltMeta? TryRead(ReadOnlySpan<byte> meta)
    {
        if (!HasMagic(meta)) return null;
        if (BinaryPrimitives.ReadUInt32LittleEndian(meta[4..]) != BoltFormat.Version) return null;
        if (BinaryPrimitives.ReadUInt64LittleEndian(meta[ChecksumOffset..]) != Checksum(meta)) return null;
        return new BoltMeta(
            PageSize: BinaryPrimitives.ReadUInt32LittleEndian(meta[8..]),
            Root: BinaryPrimitives.ReadUInt64LittleEndian(meta[16..]),
            Freelist: BinaryPrimitives.ReadUInt64LittleEndian(meta[32..]),
            PageCount: BinaryPrimitives.ReadUInt64LittleEndian(meta[40..]),
            TransactionId: BinaryPrimitives.ReadUInt64LittleEndian(meta[48..]));
    }

    /// <summary>True if the bytes start with the magic of a meta, intact or not.</summary>
    public static bool HasMagic(ReadOnlySpan<byte> meta) => BinaryPrimitives.ReadUInt32LittleEndian(meta) == BoltFormat.Magic;

    /// <summary>True if a machine with the other byte order wrote the meta.</summary>
    public static bool HasBigEndianMagic(ReadOnlySpan<byte> meta) =>
        BinaryPrimitives.ReadUInt32BigEndian(meta) == BoltFormat.Magic;

    /// <summary>FNV-64a of all bytes before the checksum field.</summary>
    public static ulong Checksum(ReadOnlySpan<byte> meta)
    {
        ulong hash = 14695981039346656037;
        foreach (byte b in meta[..ChecksumOffset]) hash = (hash ^ b) * 1099511628211;
        return hash;
    }
}
