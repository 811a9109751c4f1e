using System.Buffers.Binary;

namespace EtcdAdmin.Database.Bolt;

/// <summary>A range of bytes in the file.</summary>
internal readonly record struct FileRegion(long Offset, long Length);

/// <summary>A bucket: the root page of its tree or, for a small bucket, its only page inside the parent's value.</summary>
/// <param name="Root">0 for an inline bucket.</param>
/// <param name="Inline">The inline page; empty unless <paramref name="Root"/> is 0.</param>
/// <remarks>Source: bbolt <c>internal/common/bucket.go</c>.</remarks>
internal readonly record struct BoltBucket(ulong Root, FileRegion Inline)
{
    public static BoltBucket Parse(BoltFile file, ReadOnlySpan<byte> value, long offset)
    {
        if (value.Length < BoltFormat.BucketHeaderSize)
            throw file.Damaged(offset, $"a bucket needs {BoltFormat.BucketHeaderSize} bytes, but there are only {value.Length}");
        ulong root = BinaryPrimitives.ReadUInt64LittleEndian(value);
        return root != 0
            ? new BoltBucket(root, default)
            : new BoltBucket(0, new FileRegion(offset + BoltFormat.BucketHeaderSize, value.Length - BoltFormat.BucketHeaderSize));
    }
}
