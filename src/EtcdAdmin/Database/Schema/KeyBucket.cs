using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Database.Hashes;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Database.Schema;

/// <summary>Summarizes the records of bucket <c>key</c>: the newest revision, the existing keys, and etcd's hash of them.</summary>
/// <remarks>
/// The hash is that of <c>etcdctl endpoint hashkv</c> at the newest revision. Up to the last compaction the hash covers only records that still
/// count at the newest revision, which is known only at the end. So the hash is first computed as if no compacted record had been overwritten
/// since. If that turns out wrong, that part of the bucket is read again. Source: etcd <c>server/storage/mvcc/hash.go</c>, 3.6
/// (WriteKeyValue), and <c>key_index.go</c> (keep). 3.5.15 and 3.4.33 and older do not skip a deletion at exactly the revision of the
/// compaction. But their compaction removes that record, so the hash is the same once the compaction has finished.
/// </remarks>
/// <param name="file">The database.</param>
/// <param name="compactRevision">The revision up to which history is compacted; 0 if it was never compacted.</param>
internal sealed class KeyBucket(BoltFile file, long compactRevision)
{
    private readonly LiveKeySet _liveKeys = new();
    private readonly KeyFingerprinter _fingerprinter = KeyFingerprinter.Create();
    private Crc32C _compactedHash = StartHash();
    private Crc32C _laterHash = Crc32C.Create();
    private long _laterLength;
    private long _compactedPuts;
    private long _compactedAlive;
    private long _emptyKeyRevision;

    /// <summary>The highest revision with a record; 0 if there are no records.</summary>
    public long Revision { get; private set; }

    /// <summary>Number of records.</summary>
    public long TotalRevisions { get; private set; }

    /// <summary>Number of keys that exist at the newest revision.</summary>
    public long TotalKeys => _liveKeys.Count;

    /// <summary>Adds the next record.</summary>
    /// <exception cref="EtcdException">SnapshotInvalid: the record is not the record of a key.</exception>
    public void Add(in BoltRecord record)
    {
        MvccRevision revision = MvccRecord.Revision(file, record);
        MvccKeyValue found = MvccRecord.Read(file, record, revision);
        Check(record, revision, found);
        Revision = revision.Main; // ascends like the names
        TotalRevisions++;
        long before = Track(found.Key, revision);
        if (before != 0 && before <= compactRevision) _compactedAlive--;
        if (revision.Main > compactRevision)
        {
            Append(ref _laterHash, record);
            _laterLength += record.Key.Length + record.Value.Length;
        }
        else if (!revision.IsTombstone)
        {
            Append(ref _compactedHash, record);
            _compactedPuts++;
            _compactedAlive++;
        }
    }

    /// <summary>The hash that <c>endpoint hashkv</c> prints for a member with this data.</summary>
    /// <exception cref="EtcdException">SnapshotInvalid.</exception>
    public uint HashKv(CancellationToken cancellationToken)
    {
        bool isAlone = _compactedPuts == _compactedAlive && !IsEmpty;
        Crc32C compacted = isAlone ? _compactedHash : HashCompacted(cancellationToken);
        return Crc32C.Combine(compacted.Value, _laterHash.Value, _laterLength);
    }

    // The record that etcdutl adds to raise revisions has an empty key. etcd treats it like any other key; clients never see it.
    private bool IsEmpty => _liveKeys.Count == 0 && _emptyKeyRevision == 0;

    private static Crc32C StartHash()
    {
        Crc32C hash = Crc32C.Create();
        hash.Append("key"u8);
        return hash;
    }

    private static void Append(ref Crc32C hash, in BoltRecord record)
    {
        hash.Append(record.Key.Span);
        hash.Append(record.Value.Span);
    }

    // A put repeats its own revision and the revision of the key's creation; a deletion contains only the key.
    private void Check(in BoltRecord record, MvccRevision revision, in MvccKeyValue found)
    {
        if (revision.IsTombstone || found.Key.IsEmpty) return;
        bool isSound = found.ModRevision == revision.Main && found.CreateRevision <= found.ModRevision && found.Version > 0;
        if (!isSound)
        {
            throw file.Damaged(
                record.Offset, $"the record of revision {revision.Main} contains other data: "
                    + $"modification revision {found.ModRevision}, creation revision {found.CreateRevision}, version {found.Version}",
                SnapshotPart.Records);
        }
    }

    /// <returns>The previous newest revision of the key; 0 if the key did not exist.</returns>
    private long Track(ReadOnlySpan<byte> key, MvccRevision revision)
    {
        long main = Math.Max(1, revision.Main); // etcd's revisions start above 1
        if (key.IsEmpty)
        {
            long before = _emptyKeyRevision;
            _emptyKeyRevision = revision.IsTombstone ? 0 : main;
            return before;
        }

        KeyFingerprint fingerprint = _fingerprinter.Compute(key);
        return revision.IsTombstone ? _liveKeys.Remove(fingerprint) : _liveKeys.Put(fingerprint, main);
    }

    private Crc32C HashCompacted(CancellationToken cancellationToken)
    {
        Crc32C hash = StartHash();
        BoltCursor? records = BucketWalk.Find(file, "key"u8, cancellationToken);
        while (records?.MoveNext(cancellationToken) == true)
        {
            ref readonly BoltRecord record = ref records.Current;
            MvccRevision revision = MvccRecord.Revision(file, record);
            if (revision.Main > compactRevision) break;
            if (Counts(record, revision)) Append(ref hash, record);
        }

        return hash;
    }

    // If no key exists, etcd counts all records that have not been removed yet, except a deletion at exactly the compaction revision.
    private bool Counts(in BoltRecord record, MvccRevision revision)
    {
        if (IsEmpty) return !(revision.IsTombstone && revision.Main == compactRevision);
        if (revision.IsTombstone) return false;
        ReadOnlySpan<byte> key = MvccRecord.Read(file, record, revision).Key;
        long newest = key.IsEmpty ? _emptyKeyRevision : _liveKeys.RevisionOf(_fingerprinter.Compute(key));
        return newest == Math.Max(1, revision.Main);
    }
}
