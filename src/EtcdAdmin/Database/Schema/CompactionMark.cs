using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Database.Schema;

/// <summary>The records of bucket <c>meta</c> that tell up to where history has been compacted.</summary>
/// <remarks>Source: etcd <c>server/storage/mvcc/kvstore.go</c> (3.6), scheduledCompactKeyName and finishedCompactKeyName.</remarks>
internal static class CompactionMark
{
    /// <summary>The revision up to which history has been compacted, or is being compacted; 0 where it never was.</summary>
    /// <exception cref="EtcdException">SnapshotInvalid.</exception>
    public static long Find(BoltFile file, CancellationToken cancellationToken)
    {
        long found = 0;
        BoltCursor? meta = BucketWalk.Find(file, "meta"u8, cancellationToken);
        while (meta?.MoveNext(cancellationToken) == true) found = Math.Max(found, Read(file, meta.Current) ?? 0);
        return found;
    }

    /// <summary>What one record of the bucket tells; null where it is about something else.</summary>
    /// <remarks>A compaction that was begun counts: it is resumed when a member starts.</remarks>
    /// <exception cref="EtcdException">SnapshotInvalid.</exception>
    public static long? Read(BoltFile file, in BoltRecord record)
    {
        if (!record.Key.Span.SequenceEqual("finishedCompactRev"u8) && !record.Key.Span.SequenceEqual("scheduledCompactRev"u8)) return null;
        return MvccRecord.TryParseRevision(record.Value.Span, out long main, out _)
            ? main
            : throw file.Damaged(record.Offset, "the revision of the last compaction should be here", SnapshotPart.Records);
    }
}
