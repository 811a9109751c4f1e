using System.Buffers.Binary;
using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Database.Schema;

/// <summary>What a record of the <c>key</c> bucket says: at a revision, a key was put or deleted.</summary>
/// <remarks>
/// Sources: etcd <c>server/storage/mvcc/revision.go</c> (3.6; 3.5 and older: <c>mvcc/revision.go</c>) for the record's name;
/// <see cref="MvccKeyValue"/> for its value.
/// </remarks>
internal static class MvccRecord
{
    private const int RevisionSize = 17;
    private const int TombstoneSize = 18;

    /// <summary>Takes a revision apart: main (8 bytes, big-endian), '_', sub (the same), 't' where it marks a deletion.</summary>
    /// <returns>False where these bytes are no revision.</returns>
    public static bool TryParseRevision(ReadOnlySpan<byte> bytes, out long main, out bool isTombstone)
    {
        main = 0;
        isTombstone = bytes.Length == TombstoneSize;
        if (bytes.Length != RevisionSize && !(isTombstone && bytes[RevisionSize] == 't')) return false;
        main = BinaryPrimitives.ReadInt64BigEndian(bytes);
        return main >= 0 && bytes[8] == '_' && BinaryPrimitives.ReadInt64BigEndian(bytes[9..]) >= 0;
    }

    /// <summary>Takes the name of a record in bucket <c>key</c> apart.</summary>
    /// <exception cref="EtcdException">SnapshotInvalid: it is not a revision.</exception>
    public static MvccRevision Revision(BoltFile file, in BoltRecord record)
    {
        if (record.IsBucket) throw BucketInside(file, record);
        return TryParseRevision(record.Key.Span, out long main, out bool isTombstone)
            ? new MvccRevision(main, isTombstone)
            : throw file.Damaged(record.Offset, "the name of a record in bucket 'key' should be a revision", SnapshotPart.Records);
    }

    /// <summary>The error for a bucket where a record should be.</summary>
    public static EtcdException BucketInside(BoltFile file, in BoltRecord record) =>
        file.Damaged(record.Offset, "etcd has no buckets inside its buckets, and here is one", SnapshotPart.Records);

    /// <summary>What a record in bucket <c>key</c> says; its key is empty in the one that <c>etcdutl snapshot restore --bump-revision</c> adds.</summary>
    /// <exception cref="EtcdException">SnapshotInvalid: the record is not an mvccpb.KeyValue.</exception>
    public static MvccKeyValue Read(BoltFile file, in BoltRecord record, MvccRevision revision) =>
        MvccKeyValue.TryParse(record.Value.Span, out MvccKeyValue found)
            ? found
            : throw file.Damaged(record.Offset, $"the record of revision {revision.Main} should be an mvccpb.KeyValue", SnapshotPart.Records);
}

/// <summary>When something was done to a key, and what.</summary>
/// <param name="Main">The revision.</param>
/// <param name="IsTombstone">True for a deletion.</param>
internal readonly record struct MvccRevision(long Main, bool IsTombstone);
