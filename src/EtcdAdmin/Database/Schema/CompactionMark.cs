using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Database.Schema;

/// <summary>The records of bucket <c>meta</c> with the revision up to which history is compacted.</summary>
/// <remarks>Source: etcd <c>server/storage/mvcc/kvstore.go</c> (3.6), scheduledCompactKeyName and finishedCompactKeyName.</remarks>
internal static class CompactionMark
{
    /// <summary>The revision up to which history is compacted or being compacted; 0 if it was never compacted.</summary>
    /// <exception cref="EtcdException">SnapshotInvalid.</exception>
    public static long Find(BoltFile file, CancellationToken cancellationToken)
    {
        long found = 0;
        BoltCursor? meta = BucketWalk.Find(file, "meta"u8, cancellationToken);
        while (meta?.MoveNext(cancellationToken) == true) found = Math.Max(found, Read(file, meta.Current) ?? 0);
        return found;
    }

    /// <summary>Reads one record of the bucket; null if the record is not about compaction.</summary>
    /// <remarks>A compaction that was started counts: a member resumes it when it starts.</remarks>
    /// <exception cref="EtcdException">SnapshotInvalid.</exception>
    public static long? Read(BoltFile file, in BoltRecord record)
    {
        if (!record.Key.Span.SequenceEqual("finishedCompactRev"u8) && !record.Key.Span.SequenceEqual("scheduledCompactRev"u8)) return null;
        return MvccRecord.TryParseRevision(record.Value.Span, out long main, out _)
            ? main
            : throw file.Damaged(record.Offset, "expected the revision of the last compaction", SnapshotPart.Records);
    }
}
