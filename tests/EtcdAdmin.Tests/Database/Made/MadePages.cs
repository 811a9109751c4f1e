using System.Buffers.Binary;
using EtcdAdmin.Database.Bolt;

namespace EtcdAdmin.Tests.Database.Made;

/// <summary>Lays out a generated database page by page.</summary>
/// <remarks>Format: bbolt <c>internal/common</c> (page.go, meta.go, inode.go, bucket.go); <see cref="BoltFormat"/> has its numbers.</remarks>
internal sealed class MadePages(MadeDatabase plan)
{
    private const ushort MetaPage = 0x04;
    private const ushort FreeListPage = 0x10;
    private const int ChecksumOffset = 56;
    private const ulong TransactionId = 7;

    private readonly List<(ulong Id, byte[] Content)> _pages = [];
    private readonly List<ulong> _free = [];
    private ulong _next = BoltFormat.FirstTreePage;
    private int _taken;

    public byte[] Write()
    {
        MadeElement[] buckets = [.. plan.Buckets.Select(bucket => new MadeElement(BoltFormat.BucketElement, bucket.Name, BucketValue(bucket)))];
        ulong used = _pages.Count > 0 ? _pages[0].Id : 0;
        ulong root = WriteTree(buckets);
        ulong freeList = plan.FreeList == MadeFreeList.None ? BoltFormat.NoFreelist : WriteFreeList(used);
        byte[] file = new byte[(int)_next * plan.PageSize];
        foreach ((ulong id, byte[] content) in _pages) content.CopyTo(file, (int)id * plan.PageSize);
        for (ulong page = 0; page < 2; page++) WriteMeta(file.AsSpan((int)page * plan.PageSize), page, root, freeList);
        return file;
    }

    private byte[] BucketValue(MadeBucket bucket)
    {
        MadeElement[] elements = [.. bucket.Records.Select(record => new MadeElement(0, record.Key, record.Value))];
        byte[] value = new byte[BoltFormat.BucketHeaderSize];
        long size = BoltFormat.PageHeaderSize + elements.Sum(element => element.Size);
        if (plan.InlinesSmallBuckets && size <= plan.PageSize / 4) return [.. value, .. Page(BoltFormat.LeafPage, elements, (int)size)];
        BinaryPrimitives.WriteUInt64LittleEndian(value, WriteTree(elements));
        return value;
    }

    /// <returns>The root page.</returns>
    private ulong WriteTree(IReadOnlyList<MadeElement> elements)
    {
        List<MadeElement> level = [.. Split(elements, leastElements: 1).Select(page => WritePage(BoltFormat.LeafPage, page))];
        while (level.Count > 1) level = [.. Split(level, leastElements: 2).Select(page => WritePage(BoltFormat.BranchPage, page))];
        return level[0].Child;
    }

    private IEnumerable<IReadOnlyList<MadeElement>> Split(IReadOnlyList<MadeElement> elements, int leastElements)
    {
        var page = new List<MadeElement>();
        long size = BoltFormat.PageHeaderSize;
        foreach (MadeElement element in elements)
        {
            bool isFull = size + element.Size > plan.PageSize || page.Count == plan.MaxElements;
            if (isFull && page.Count >= leastElements)
            {
                yield return page;
                page = [];
                size = BoltFormat.PageHeaderSize;
            }

            page.Add(element);
            size += element.Size;
        }

        yield return page;
    }

    /// <returns>The parent's entry for the page.</returns>
    private MadeElement WritePage(ushort type, IReadOnlyList<MadeElement> elements)
    {
        long size = BoltFormat.PageHeaderSize + elements.Sum(element => element.Size);
        byte[] page = Page(type, elements, Round(size));
        ulong id = Place(page);
        return new MadeElement(0, elements.Count > 0 ? elements[0].Key : [], [], id);
    }

    private static byte[] Page(ushort type, IReadOnlyList<MadeElement> elements, int size)
    {
        byte[] page = new byte[size];
        BinaryPrimitives.WriteUInt16LittleEndian(page.AsSpan(8), type);
        BinaryPrimitives.WriteUInt16LittleEndian(page.AsSpan(10), (ushort)elements.Count);
        int data = BoltFormat.PageHeaderSize + (elements.Count * BoltFormat.ElementSize);
        for (int i = 0; i < elements.Count; i++)
        {
            int start = BoltFormat.PageHeaderSize + (i * BoltFormat.ElementSize);
            elements[i].Write(page.AsSpan(start, BoltFormat.ElementSize), type == BoltFormat.LeafPage, data - start);
            elements[i].Key.CopyTo(page, data);
            elements[i].Value.CopyTo(page, data + elements[i].Key.Length);
            data += elements[i].Key.Length + elements[i].Value.Length;
        }

        return page;
    }

    private ulong WriteFreeList(ulong used)
    {
        List<ulong> named = [.. _free.Skip(plan.LostPages)];
        if (plan.FreesUsedPage) named.Add(used);
        named.Sort();
        bool countFollows = plan.FreeList == MadeFreeList.CountFollows;
        int first = BoltFormat.PageHeaderSize + (countFollows ? sizeof(ulong) : 0);
        byte[] page = new byte[Round(first + (named.Count * sizeof(ulong)))];
        BinaryPrimitives.WriteUInt16LittleEndian(page.AsSpan(8), FreeListPage);
        BinaryPrimitives.WriteUInt16LittleEndian(page.AsSpan(10), countFollows ? (ushort)0xFFFF : (ushort)named.Count);
        if (countFollows) BinaryPrimitives.WriteUInt64LittleEndian(page.AsSpan(BoltFormat.PageHeaderSize), (ulong)named.Count);
        for (int i = 0; i < named.Count; i++) BinaryPrimitives.WriteUInt64LittleEndian(page.AsSpan(first + (i * sizeof(ulong))), named[i]);
        return Place(page, leavesFree: false);
    }

    private void WriteMeta(Span<byte> page, ulong id, ulong root, ulong freeList)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(page, id);
        BinaryPrimitives.WriteUInt16LittleEndian(page[8..], MetaPage);
        Span<byte> meta = page.Slice(BoltFormat.PageHeaderSize, BoltFormat.MetaSize);
        BinaryPrimitives.WriteUInt32LittleEndian(meta, BoltFormat.Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(meta[4..], BoltFormat.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(meta[8..], (uint)plan.PageSize);
        BinaryPrimitives.WriteUInt64LittleEndian(meta[16..], root);
        BinaryPrimitives.WriteUInt64LittleEndian(meta[32..], freeList);
        BinaryPrimitives.WriteUInt64LittleEndian(meta[40..], _next);
        BinaryPrimitives.WriteUInt64LittleEndian(meta[48..], TransactionId + id);
        BinaryPrimitives.WriteUInt64LittleEndian(meta[ChecksumOffset..], BoltMeta.Checksum(meta));
    }

    // The ID and the number of overflow pages are known only here.
    private ulong Place(byte[] page, bool leavesFree = true)
    {
        ulong id = _next;
        int count = page.Length / plan.PageSize;
        BinaryPrimitives.WriteUInt64LittleEndian(page, id);
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(12), (uint)count - 1);
        _pages.Add((id, page));
        _next += (ulong)count;
        if (leavesFree && plan.FreeEvery > 0 && ++_taken % plan.FreeEvery == 0) _free.Add(_next++);
        return id;
    }

    private int Round(long size) => (int)((size + plan.PageSize - 1) / plan.PageSize * plan.PageSize);

    private sealed record MadeElement(uint Flags, byte[] Key, byte[] Value, ulong Child = 0)
    {
        public long Size => BoltFormat.ElementSize + (long)Key.Length + Value.Length;

        public void Write(Span<byte> element, bool isLeaf, int position)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(element, isLeaf ? Flags : (uint)position);
            BinaryPrimitives.WriteUInt32LittleEndian(element[4..], isLeaf ? (uint)position : (uint)Key.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(element[8..], isLeaf ? (uint)Key.Length : (uint)Child);
            BinaryPrimitives.WriteUInt32LittleEndian(element[12..], isLeaf ? (uint)Value.Length : 0);
        }
    }
}
