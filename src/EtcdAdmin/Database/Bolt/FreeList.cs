using System.Buffers.Binary;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Database.Bolt;

/// <summary>The pages that list the numbers of all unused pages.</summary>
/// <remarks>Source: bbolt <c>internal/freelist</c> and <c>internal/common/page.go</c> (FreelistPageCount).</remarks>
internal static class FreeList
{
    private const ushort PageType = 0x10;

    // More pages than fit the header's count: the number is stored before the first ID.
    private const ushort CountFollows = 0xFFFF;

    private const int IdsAtOnce = 8192;

    /// <summary>Checks the list against the pages that are in use.</summary>
    /// <param name="file">The database.</param>
    /// <param name="reached">All pages in use, as a walk through all buckets found them. The pages of the list itself are added.</param>
    /// <returns>
    /// Number of pages that are neither in use nor free and will therefore never be used. 0 if the file was written without a list, as etcd
    /// does since 3.4: bbolt then treats all unused pages as free.
    /// </returns>
    /// <exception cref="EtcdException">SnapshotInvalid: a page is both free and in use; the next write would destroy it.</exception>
    public static long CountLost(BoltFile file, PageSet reached)
    {
        if (file.Meta.Freelist == BoltFormat.NoFreelist) return 0;
        Header header = ReadHeader(file);
        if (!reached.TryAdd(file.Meta.Freelist, header.Overflow))
            throw file.Damaged(header.Region.Offset, "the pages of the free list are also used by a bucket");
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
            throw file.Damaged(offset, $"the free list contains page {id}, which is not from 2 to {file.Meta.PageCount - 1}");
        if (id <= last) throw file.Damaged(offset, $"the pages in the free list are not in ascending order ({id} follows {last})");
        if (reached.Contains(id)) throw file.Damaged(offset, $"page {id} is in use but also on the free list: the next write would destroy it");
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
            throw file.Damaged(offset, $"expected the free list, found page {id} of type {flags}");
        uint overflow = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
        if (overflow >= meta.PageCount - meta.Freelist)
            throw file.Damaged(offset, $"the free list has {overflow} overflow pages; at most {meta.PageCount - meta.Freelist - 1} are possible");
        var region = new FileRegion(offset, (overflow + 1L) * meta.PageSize);
        ushort inHeader = BinaryPrimitives.ReadUInt16LittleEndian(header[10..]);
        ulong count = inHeader == CountFollows ? BinaryPrimitives.ReadUInt64LittleEndian(header[BoltFormat.PageHeaderSize..]) : inHeader;
        long firstId = offset + BoltFormat.PageHeaderSize + (inHeader == CountFollows ? sizeof(ulong) : 0);
        if (count > (ulong)(offset + region.Length - firstId) / sizeof(ulong))
            throw file.Damaged(offset, $"the free list of {region.Length} bytes cannot contain {count} pages");
        return new Header(region, overflow, (long)count, firstId);
    }

    private readonly record struct Header(FileRegion Region, uint Overflow, long Count, long FirstId);
}
