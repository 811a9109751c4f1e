using System.Buffers.Binary;

namespace EtcdAdmin.Snapshots.Bolt;

/// <summary>The pages that hold the numbers of those that nothing uses.</summary>
/// <remarks>Source: bbolt <c>internal/freelist</c>.</remarks>
internal static class FreeList
{
    /// <summary>Bytes of the pages that it takes itself; 0 where the file was written without one.</summary>
    public static long Size(BoltFile file)
    {
        BoltMeta meta = file.Meta;
        if (meta.Freelist == BoltFormat.NoFreelist) return 0;
        Span<byte> header = stackalloc byte[BoltFormat.PageHeaderSize];
        long offset = (long)meta.Freelist * meta.PageSize;
        file.Read(offset, header);
        uint overflow = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
        if (overflow >= meta.PageCount - meta.Freelist)
            throw file.Damaged(offset, $"the free list should have at most {meta.PageCount - meta.Freelist - 1} overflow pages, not {overflow}");
        return (overflow + 1L) * meta.PageSize;
    }
}
