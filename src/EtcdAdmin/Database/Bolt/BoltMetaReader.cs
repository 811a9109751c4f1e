using System.Numerics;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Database.Bolt;

/// <summary>Finds the meta that counts and checks that what it claims fits the file.</summary>
internal static class BoltMetaReader
{
    private const int ProbeSize = 512;

    /// <exception cref="EtcdException">SnapshotInvalid: no intact meta, or one that does not fit the file.</exception>
    public static BoltMeta Read(BoltFile file)
    {
        BoltMeta? first = TryReadAt(file, 0);
        BoltMeta? second = first is null ? FindSecond(file) : TryReadAt(file, first.PageSize);
        // bbolt would take the first one's for the pages of the other.
        if (first is not null && second is not null && first.PageSize != second.PageSize)
            throw file.Damaged(first.PageSize, $"both meta pages should tell the same page size, not {first.PageSize} and {second.PageSize}", SnapshotPart.Entry);
        BoltMeta meta = (first, second) switch
        {
            (null, null) => throw SnapshotDamage.Whole(file.Path, Diagnose(file)),
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

    // Page 1 begins at the page size, which only a meta tells; so every possible size is tried, as bbolt does.
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
            throw file.Damaged(offset, $"the page size should be a power of two from 1 KB to 16 MB, not {meta.PageSize}", SnapshotPart.Entry);
        if (meta.PageCount > (ulong)(BoltFormat.MaxDatabaseSize / meta.PageSize))
            throw file.Damaged(offset, $"the meta page tells of {meta.PageCount} pages; more than 1 TB is not read", SnapshotPart.Entry);
        if ((long)meta.PageCount * meta.PageSize > file.Length)
        {
            long needed = (long)meta.PageCount * meta.PageSize;
            throw SnapshotDamage.Whole(file.Path, $"it is cut off; of {needed} bytes the file holds {file.Length}");
        }

        CheckPage(file, meta, meta.Root, "the root bucket", offset);
        if (meta.Freelist != BoltFormat.NoFreelist) CheckPage(file, meta, meta.Freelist, "the free list", offset);
    }

    private static void CheckPage(BoltFile file, BoltMeta meta, ulong page, string what, long offset)
    {
        if (page < BoltFormat.FirstTreePage || page >= meta.PageCount)
            throw file.Damaged(offset, $"{what} should be on a page from 2 to {meta.PageCount - 1}, not {page}", SnapshotPart.Entry);
    }

    private static string Diagnose(BoltFile file)
    {
        Span<byte> start = stackalloc byte[(int)Math.Min(ProbeSize, file.Length)];
        file.Read(0, start);
        if (start.Length >= BoltFormat.PageHeaderSize + BoltFormat.MetaSize)
        {
            ReadOnlySpan<byte> meta = start.Slice(BoltFormat.PageHeaderSize, BoltFormat.MetaSize);
            if (BoltMeta.HasMagic(meta)) return "both meta pages (its first two pages) are damaged";
            if (BoltMeta.HasBigEndianMagic(meta)) return "a big-endian machine wrote it; only little-endian files are read";
        }

        return $"it is not a bbolt database (it looks like {ForeignFile.Describe(start)})";
    }
}
