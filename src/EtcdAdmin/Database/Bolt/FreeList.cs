using System.Buffers.Binary;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Database.Bolt;

/// <summary>The pages that hold the numbers of those that nothing uses.</summary>
/// <remarks>Source: bbolt <c>internal/freelist</c> and <c>internal/common/page.go</c> (FreelistPageCount).</remarks>
internal static class FreeList
{
    private const ushort PageType = 0x10;

    // More than fit the header's count: the number stands before the first id.
    private const ushort CountFollows = 0xFFFF;

    private const int IdsAtOnce = 8192;

    /// <summary>Checks the list against the pages that are in use.</summary>
    /// <param name="file">The database.</param>
    /// <param name="reached">All pages in use, as a walk through all buckets has found them; those of the list itself are added.</param>
    /// <returns>
    /// How many pages are neither in use nor free, so that nobody will ever use them. 0 where the file was written without a list, as etcd
    /// does since 3.4: bbolt then takes all that is not in use for free.
    /// </returns>
    /// <exception cref="EtcdException">SnapshotInvalid: a page is free and in use, which the next write would destroy.</exception>
    public static long CountLost(BoltFile file, PageSet reached)
    {
        if (file.Meta.Freelist == BoltFormat.NoFreelist) return 0;
        Header header = ReadHeader(file);
        if (!reached.TryAdd(file.Meta.Freelist, header.Overflow))
            throw file.Damaged(header.Region.Offset, "the free list should have its pages for itself, and a bucket uses them");
        ulong last = 0;
        byte[] buffer = new byte[IdsAtOnce * sizeof(ulong)];
        for (long done = 0; done < header.Count;)
        {
            int count = (int)Math.Min(IdsAtOnce, header.Count - done);
            long offset = header.FirstId + (done * sizeof(ulong));
            Span<byte> ids = buffer.AsSpan(0, count * sizeof(ulong));
            file.Read(offset, ids);
            for (int i = 0; i < count; i++)
            {
                ulong id = BinaryPrimitives.ReadUInt64LittleEndian(ids[(i * sizeof(ulong))..]);
                CheckId(file, reached, id, last, offset + (i * sizeof(ulong)));
                last = id;
            }

            done += count;
        }

        return (long)(file.Meta.PageCount - BoltFormat.FirstTreePage) - reached.Count - header.Count;
    }

    private static void CheckId(BoltFile file, PageSet reached, ulong id, ulong last, long offset)
    {
        if (id < BoltFormat.FirstTreePage || id >= file.Meta.PageCount)
            throw file.Damaged(offset, $"the free list should name pages from 2 to {file.Meta.PageCount - 1}, not {id}");
        if (id <= last) throw file.Damaged(offset, $"the pages in the free list should ascend, and {id} follows {last}");
        if (reached.Contains(id)) throw file.Damaged(offset, $"page {id} is in use and counts as free: the next write would destroy it");
    }

    private static Header ReadHeader(BoltFile file)
    {
        BoltMeta meta = file.Meta;
        Span<byte> header = stackalloc byte[BoltFormat.PageHeaderSize + sizeof(ulong)];
        long offset = (long)meta.Freelist * meta.PageSize;
        file.Read(offset, header);
        ulong id = BinaryPrimitives.ReadUInt64LittleEndian(header);
        ushort flags = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        if (id != meta.Freelist || flags != PageType)
            throw file.Damaged(offset, $"the free list should be here, not page {id} of type {flags}");
        uint overflow = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
        if (overflow >= meta.PageCount - meta.Freelist)
            throw file.Damaged(offset, $"the free list should have at most {meta.PageCount - meta.Freelist - 1} overflow pages, not {overflow}");
        var region = new FileRegion(offset, (overflow + 1L) * meta.PageSize);
        ushort inHeader = BinaryPrimitives.ReadUInt16LittleEndian(header[10..]);
        ulong count = inHeader == CountFollows ? BinaryPrimitives.ReadUInt64LittleEndian(header[BoltFormat.PageHeaderSize..]) : inHeader;
        long firstId = offset + BoltFormat.PageHeaderSize + (inHeader == CountFollows ? sizeof(ulong) : 0);
        if (count > (ulong)(offset + region.Length - firstId) / sizeof(ulong))
            throw file.Damaged(offset, $"a free list of {region.Length} bytes cannot name {count} pages");
        return new Header(region, overflow, (long)count, firstId);
    }

    private readonly record struct Header(FileRegion Region, uint Overflow, long Count, long FirstId);
}
