using System.Buffers.Binary;

namespace EtcdAdmin.Database.Bolt;

/// <summary>The checked header of a branch or leaf page. All contents are inside <see cref="Region"/>.</summary>
/// <param name="Region">The page including its overflow pages.</param>
/// <param name="IsLeaf">True for a leaf, false for a branch.</param>
/// <param name="Count">Number of elements in its table.</param>
/// <remarks>Source: bbolt <c>internal/common/page.go</c>.</remarks>
internal readonly record struct BoltPage(FileRegion Region, bool IsLeaf, int Count)
{
    /// <summary>End of the element table and earliest position of the data, from the start of the page.</summary>
    public long DataStart => BoltFormat.PageHeaderSize + ((long)Count * BoltFormat.ElementSize);

    /// <summary>Reads the header of a page of the file.</summary>
    /// <param name="file">The database.</param>
    /// <param name="window">The window used to read the header.</param>
    /// <param name="id">The page ID from the parent, not yet checked.</param>
    /// <param name="referrer">Position of the reference, for messages.</param>
    /// <param name="visited">Adds the page. A page that is already in the set is an error.</param>
    public static BoltPage Read(BoltFile file, FileWindow window, ulong id, long referrer, PageSet visited)
    {
        BoltMeta meta = file.Meta;
        if (id < BoltFormat.FirstTreePage || id >= meta.PageCount)
            throw file.Damaged(referrer, $"the page number is {id}, not from 2 to {meta.PageCount - 1}");
        long offset = (long)id * meta.PageSize;
        ReadOnlySpan<byte> header = window.Read(offset, BoltFormat.PageHeaderSize).Span;
        ulong claimed = BinaryPrimitives.ReadUInt64LittleEndian(header);
        if (claimed != id)
            throw file.Damaged(offset, $"expected the header of page {id}, found the header of page {claimed}");
        uint overflow = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
        if (overflow >= meta.PageCount - id)
            throw file.Damaged(offset, $"the page has {overflow} overflow pages; at most {meta.PageCount - id - 1} are possible");
        if (!visited.TryAdd(id, overflow))
            throw file.Damaged(referrer, $"page {id} or one of its overflow pages is used a second time in the tree");
        return Parse(file, header, new FileRegion(offset, (overflow + 1L) * meta.PageSize));
    }

    /// <summary>Reads the page header of an inline bucket. The page ID and overflow have no meaning there.</summary>
    public static BoltPage ReadInline(BoltFile file, FileWindow window, FileRegion region)
    {
        if (region.Length < BoltFormat.PageHeaderSize)
            throw file.Damaged(region.Offset, $"expected the page of an inline bucket; {region.Length} bytes are not enough for a page");
        BoltPage page = Parse(file, window.Read(region.Offset, BoltFormat.PageHeaderSize).Span, region);
        return page.IsLeaf ? page : throw file.Damaged(region.Offset, "the page of an inline bucket is not a leaf page");
    }

    private static BoltPage Parse(BoltFile file, ReadOnlySpan<byte> header, FileRegion region)
    {
        ushort flags = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        if (flags is not (BoltFormat.BranchPage or BoltFormat.LeafPage))
            throw file.Damaged(region.Offset, $"expected a branch (1) or leaf (2) page, found a page of type {flags}");
        var page = new BoltPage(region, flags == BoltFormat.LeafPage, BinaryPrimitives.ReadUInt16LittleEndian(header[10..]));
        if (page.DataStart > region.Length)
            throw file.Damaged(region.Offset, $"the page of {region.Length} bytes cannot contain {page.Count} elements");
        return page;
    }
}
