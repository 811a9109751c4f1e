namespace EtcdAdmin.Database.Bolt;

/// <summary>The numbers of bbolt's file format, and the limits that this reader sets on top.</summary>
/// <remarks>
/// Format: bbolt <c>internal/common/</c> (types.go, page.go, meta.go, inode.go, bucket.go) and <c>bucket.go</c> (MaxKeySize).
/// bbolt writes integers in the byte order of the machine; only little-endian files are read here.
/// </remarks>
internal static class BoltFormat
{
    public const uint Magic = 0xED0CDAED;
    public const uint Version = 2;

    /// <summary>Page id (8), flags (2), count of elements (2), overflow: how many pages follow that belong to it (4).</summary>
    public const int PageHeaderSize = 16;

    /// <summary>Bytes of a meta after its page header, the checksum included.</summary>
    public const int MetaSize = 64;

    /// <summary>Branch: position 4, key size 4, page id 8. Leaf: flags, position, key size, value size, 4 each.</summary>
    public const int ElementSize = 16;

    /// <summary>Root page id (8; 0 where the bucket's only page follows inline) and sequence (8).</summary>
    public const int BucketHeaderSize = 16;

    public const ushort BranchPage = 0x01;
    public const ushort LeafPage = 0x02;
    public const uint BucketElement = 0x01;
    public const int MaxKeySize = 32768;

    /// <summary>Stands for a page id where the free list is not saved.</summary>
    public const ulong NoFreelist = ulong.MaxValue;

    /// <summary>The page sizes that bbolt itself looks for (<c>db.go</c>, getPageSizeFromSecondMeta): 1 KB to 16 MB.</summary>
    public const int MinPageSize = 1024;
    public const int MaxPageSize = 1024 << 14;

    /// <summary>Pages 0 and 1 are metas; trees begin behind them.</summary>
    public const ulong FirstTreePage = 2;

    // From here on: limits of this reader, so that a hostile file costs bounded memory. No etcd comes near them.

    /// <summary>etcd advises 8 GB; the map of visited pages is made for this.</summary>
    public const long MaxDatabaseSize = 1L << 40;

    /// <summary>One key with its value. etcd takes 1.5 MB by default and warns above 10 MB (max-request-bytes).</summary>
    public const int MaxRecordSize = 256 << 20;

    /// <summary>A branch page is split at the page size; long keys (32 KB) may double that.</summary>
    public const int MaxBranchSize = 4 << 20;

    /// <summary>A tree of 10 levels with two keys a page would already be absurd.</summary>
    public const int MaxDepth = 32;
}
