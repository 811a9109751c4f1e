using System.Buffers.Binary;

namespace EtcdAdmin.Database.Bolt;

/// <summary>The header of a branch or leaf page, checked: whatever it holds is inside <see cref="Region"/>.</summary>
/// <param name="Region">The page with its overflow pages.</param>
/// <param name="IsLeaf">True for a leaf, false for a branch.</param>
/// <param name="Count">Elements in its table.</param>
/// <remarks>Source: bbolt <c>internal/common/page.go</c>.</remarks>
internal readonly record struct BoltPage(FileRegion Region, bool IsLeaf, int Count)
{
    /// <summary>Where the table of elements ends and their data may begin, from the start of the page.</summary>
    public long DataStart => BoltFormat.PageHeaderSize + ((long)Count * BoltFormat.ElementSize);

    /// <summary>Reads the header of a page of the file.</summary>
    /// <param name="file">The database.</param>
    /// <param name="window">What the header is read through.</param>
    /// <param name="id">As the parent gives it, unchecked.</param>
    /// <param name="referrer">Position of the reference, for messages.</param>
    /// <param name="visited">Takes the page in; a page that is in it already is an error.</param>
    public static BoltPage Read(BoltFile file, FileWindow window, ulong id, long referrer, PageSet visited)
    {
        BoltMeta meta = file.Meta;
        if (id < BoltFormat.FirstTreePage || id >= meta.PageCount)
            throw file.Damaged(referrer, $"a page from 2 to {meta.PageCount - 1} should be named here, not {id}");
        long offset = (long)id * meta.PageSize;
        ReadOnlySpan<byte> header = window.Read(offset, BoltFormat.PageHeaderSize).Span;
        ulong claimed = BinaryPrimitives.ReadUInt64LittleEndian(header);
        if (claimed != id)
            throw file.Damaged(offset, $"the header should be that of page {id}, not of page {claimed}");
        uint overflow = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
        if (overflow >= meta.PageCount - id)
            throw file.Damaged(offset, $"the page should have at most {meta.PageCount - id - 1} overflow pages, not {overflow}");
        if (!visited.TryAdd(id, overflow))
            throw file.Damaged(referrer, $"page {id}, or one of its overflow pages, is in use elsewhere in the tree");
        return Parse(file, header, new FileRegion(offset, (overflow + 1L) * meta.PageSize));
    }

    /// <summary>Reads the header of an inline bucket's page, whose id and overflow mean nothing.</summary>
    public static BoltPage ReadInline(BoltFile file, FileWindow window, FileRegion region)
    {
        if (region.Length < BoltFormat.PageHeaderSize)
            throw file.Damaged(region.Offset, $"an inline bucket's page should be here, in {region.Length} bytes");
        BoltPage page = Parse(file, window.Read(region.Offset, BoltFormat.PageHeaderSize).Span, region);
        return page.IsLeaf ? page : throw file.Damaged(region.Offset, "an inline bucket's page should be a leaf");
    }

    private static BoltPage Parse(BoltFile file, ReadOnlySpan<byte> header, FileRegion region)
    {
        ushort flags = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        if (flags is not (BoltFormat.BranchPage or BoltFormat.LeafPage))
            throw file.Damaged(region.Offset, $"a branch (1) or leaf (2) page should be here, not one of type {flags}");
        var page = new BoltPage(region, flags == BoltFormat.LeafPage, BinaryPrimitives.ReadUInt16LittleEndian(header[10..]));
        if (page.DataStart > region.Length)
            throw file.Damaged(region.Offset, $"a page of {region.Length} bytes cannot hold {page.Count} elements");
        return page;
    }
}
