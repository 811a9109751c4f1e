using System.Numerics;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Database.Bolt;

/// <summary>Finds the current meta and checks its numbers against the file.</summary>
internal static class BoltMetaReader
{
    private const int ProbeSize = 512;

    /// <exception cref="EtcdException">SnapshotInvalid: no intact meta, or its numbers do not fit the file.</exception>
    public static BoltMeta Read(BoltFile file)
    {
        BoltMeta? first = TryReadAt(file, 0);
        BoltMeta? second = first is null ? FindSecond(file) : TryReadAt(file, first.PageSize);
        // bbolt would read the pages of one meta with the page size of the other.
        if (first is not null && second is not null && first.PageSize != second.PageSize)
            throw file.Damaged(
                first.PageSize, $"the two meta pages have different page sizes ({first.PageSize} and {second.PageSize})", SnapshotPart.Entry);
        BoltMeta meta = (first, second) switch
        {
            (null, null) => throw SnapshotDamage.File(file.Path, Diagnose(file)),
            (null, _) => second,
            (_, null) => first,
            _ => second.TransactionId > first.TransactionId ? second : first,
        };
        Check(file, meta, offset: ReferenceEquals(meta, first) ? 0 : meta.PageSize);
        return meta;
    }

    private static BoltMeta? TryReadAt(BoltFile file, long page)
    {
        Span<byte> meta = stackalloc byte[BoltFormat.MetaSize];
        if (page + BoltFormat.PageHeaderSize + meta.Length > file.Length) return null;
        file.Read(page + BoltFormat.PageHeaderSize, meta);
        return BoltMeta.TryRead(meta);
    }

    // Page 1 starts at the page size, which only a meta contains. So every possible size is tried, as bbolt does.
    private static BoltMeta? FindSecond(BoltFile file)
    {
        for (long size = BoltFormat.MinPageSize; size <= BoltFormat.MaxPageSize; size *= 2)
        {
            if (TryReadAt(file, size) is { } meta && meta.PageSize == size) return meta;
        }

        return null;
    }

    private static void Check(BoltFile file, BoltMeta meta, long offset)
    {
        if (!BitOperations.IsPow2(meta.PageSize) || meta.PageSize is < BoltFormat.MinPageSize or > BoltFormat.MaxPageSize)
            throw file.Damaged(offset, $"the page size is {meta.PageSize}, not a power of two from 1 KB to 16 MB", SnapshotPart.Entry);
        if (meta.PageCount > (ulong)(BoltFormat.MaxDatabaseSize / meta.PageSize))
            throw file.Damaged(offset, $"the meta page claims {meta.PageCount} pages, more than 1 TB in total", SnapshotPart.Entry);
        if ((long)meta.PageCount * meta.PageSize > file.Length)
        {
            long needed = (long)meta.PageCount * meta.PageSize;
            throw SnapshotDamage.File(file.Path, $"the file is truncated: it has {file.Length} of {needed} bytes");
        }

        CheckPage(file, meta, meta.Root, "the root bucket", offset);
        if (meta.Freelist != BoltFormat.NoFreelist) CheckPage(file, meta, meta.Freelist, "the free list", offset);
    }

    private static void CheckPage(BoltFile file, BoltMeta meta, ulong page, string what, long offset)
    {
        if (page < BoltFormat.FirstTreePage || page >= meta.PageCount)
            throw file.Damaged(offset, $"{what} is on page {page}, not on a page from 2 to {meta.PageCount - 1}", SnapshotPart.Entry);
    }

    private static string Diagnose(BoltFile file)
    {
        Span<byte> start = stackalloc byte[(int)Math.Min(ProbeSize, file.Length)];
        file.Read(0, start);
        if (start.Length >= BoltFormat.PageHeaderSize + BoltFormat.MetaSize)
        {
            ReadOnlySpan<byte> meta = start.Slice(BoltFormat.PageHeaderSize, BoltFormat.MetaSize);
            if (BoltMeta.HasMagic(meta)) return "both meta pages (its first two pages) are damaged";
            if (BoltMeta.HasBigEndianMagic(meta)) return "it was written by a big-endian machine; only little-endian files are supported";
        }

        return $"it is not a bbolt database (it looks like {ForeignFile.Describe(start)})";
    }
}
