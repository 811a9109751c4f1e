using System.Buffers.Binary;
using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Database.Schema;

/// <summary>A record of bucket <c>key</c>: a put or a deletion of a key at a revision.</summary>
/// <remarks>
/// Sources: etcd <c>server/storage/mvcc/revision.go</c> (3.6; 3.5 and older: <c>mvcc/revision.go</c>) for the record's name;
/// <see cref="MvccKeyValue"/> for its value.
/// </remarks>
internal static class MvccRecord
{
    private const int RevisionSize = 17;
    private const int TombstoneSize = 18;

    /// <summary>Parses a revision: main (8 bytes, big-endian), '_', sub (the same), 't' for a deletion.</summary>
    /// <returns>False if the bytes are not a revision.</returns>
    public static bool TryParseRevision(ReadOnlySpan<byte> bytes, out long main, out bool isTombstone)
    {
        main = 0;
        isTombstone = bytes.Length == TombstoneSize;
        if (bytes.Length != RevisionSize && !(isTombstone && bytes[RevisionSize] == 't')) return false;
        main = BinaryPrimitives.ReadInt64BigEndian(bytes);
        return main >= 0 && bytes[8] == '_' && BinaryPrimitives.ReadInt64BigEndian(bytes[9..]) >= 0;
    }

    /// <summary>Parses the name of a record in bucket <c>key</c>.</summary>
    /// <exception cref="EtcdException">SnapshotInvalid: the name is not a revision.</exception>
    public static MvccRevision Revision(BoltFile file, in BoltRecord record)
    {
        if (record.IsBucket) throw BucketInside(file, record);
        return TryParseRevision(record.Key.Span, out long main, out bool isTombstone)
            ? new MvccRevision(main, isTombstone)
            : throw file.Damaged(record.Offset, "the name of a record in bucket 'key' is not a revision", SnapshotPart.Records);
    }

    /// <summary>Creates the error for a bucket in the place of a record.</summary>
    public static EtcdException BucketInside(BoltFile file, in BoltRecord record) =>
        file.Damaged(record.Offset, "found a bucket inside a bucket; etcd creates no nested buckets", SnapshotPart.Records);

    /// <summary>
    /// Parses a record in bucket <c>key</c>. Its key is empty in the record that <c>etcdutl snapshot restore --bump-revision</c> adds.
    /// </summary>
    /// <exception cref="EtcdException">SnapshotInvalid: the record is not an mvccpb.KeyValue.</exception>
    public static MvccKeyValue Read(BoltFile file, in BoltRecord record, MvccRevision revision) =>
        MvccKeyValue.TryParse(record.Value.Span, out MvccKeyValue found)
            ? found
            : throw file.Damaged(record.Offset, $"the record of revision {revision.Main} is not an mvccpb.KeyValue", SnapshotPart.Records);
}

/// <summary>A revision of a key, and whether it is a deletion.</summary>
/// <param name="Main">The revision.</param>
/// <param name="IsTombstone">True for a deletion.</param>
internal readonly record struct MvccRevision(long Main, bool IsTombstone);
