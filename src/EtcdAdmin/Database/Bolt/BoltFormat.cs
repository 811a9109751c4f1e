namespace EtcdAdmin.Database.Bolt;

/// <summary>The numbers of bbolt's file format, and the limits of this reader.</summary>
/// <remarks>
/// Format: bbolt <c>internal/common/</c> (types.go, page.go, meta.go, inode.go, bucket.go) and <c>bucket.go</c> (MaxKeySize).
/// bbolt writes integers in the byte order of the machine; this reader supports only little-endian files.
/// </remarks>
internal static class BoltFormat
{
    public const uint Magic = 0xED0CDAED;
    public const uint Version = 2;

    /// <summary>Page ID (8), flags (2), number of elements (2), overflow: number of following pages that belong to the page (4).</summary>
    public const int PageHeaderSize = 16;

    /// <summary>Bytes of a meta after its page header, including the checksum.</summary>
    public const int MetaSize = 64;

    /// <summary>Branch: position 4, key size 4, page ID 8. Leaf: flags, position, key size, value size, 4 each.</summary>
    public const int ElementSize = 16;

    /// <summary>Root page ID (8; 0 for an inline bucket) and sequence (8).</summary>
    public const int BucketHeaderSize = 16;

    public const ushort BranchPage = 0x01;
    public const ushort LeafPage = 0x02;
    public const uint BucketElement = 0x01;
    public const int MaxKeySize = 32768;

    /// <summary>The page ID that means the free list is not saved.</summary>
    public const ulong NoFreelist = ulong.MaxValue;

    /// <summary>The page sizes that bbolt itself looks for (<c>db.go</c>, getPageSizeFromSecondMeta): 1 KB to 16 MB.</summary>
    public const int MinPageSize = 1024;
    public const int MaxPageSize = 1024 << 14;

    /// <summary>Pages 0 and 1 are metas; trees start after them.</summary>
    public const ulong FirstTreePage = 2;

    // The limits below are not bbolt's. They bound the memory for a hostile file; no etcd database comes near them.

    /// <summary>etcd recommends at most 8 GB; the map of visited pages is sized for this.</summary>
    public const long MaxDatabaseSize = 1L << 40;

    /// <summary>Limit for one key with its value. etcd accepts 1.5 MB by default and warns above 10 MB (max-request-bytes).</summary>
    public const int MaxRecordSize = 256 << 20;

    /// <summary>bbolt splits a branch page at the page size; long keys (32 KB) may double that.</summary>
    public const int MaxBranchSize = 4 << 20;

    /// <summary>A tree with two keys per page would need this depth only beyond any real size.</summary>
    public const int MaxDepth = 32;
}
