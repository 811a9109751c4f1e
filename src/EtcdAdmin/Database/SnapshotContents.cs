using System.Buffers.Binary;
using System.Text;
using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Database.Hashes;
using EtcdAdmin.Database.Schema;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Database;

/// <summary>Walks once through all buckets of an etcd database and collects their contents.</summary>
/// <remarks>Source of the buckets and their records: etcd <c>server/storage/schema/</c>, 3.6; older versions lack some of them.</remarks>
internal sealed class SnapshotContents
{
    private const int MaxVersionSize = 64;

    private readonly BoltFile _file;
    private readonly KeyBucket _keys;
    private readonly LeaseBucket _leases;
    private readonly MembershipBuckets _membership;
    private readonly AuthBuckets _auth;
    private Crc32C _hash = Crc32C.Create();
    private bool _hasKeyBucket;

    private SnapshotContents(BoltFile file, long compactRevision)
    {
        _file = file;
        _keys = new KeyBucket(file, compactRevision);
        _leases = new LeaseBucket(file);
        _membership = new MembershipBuckets(file);
        _auth = new AuthBuckets(file);
        CompactRevision = compactRevision;
    }

    private delegate void RecordHandler(in BoltRecord record);

    public uint Hash => _hash.Value;
    public uint HashKv { get; private set; }
    public long Revision => _keys.Revision;
    public long CompactRevision { get; }
    public long TotalKeys => _keys.TotalKeys;
    public long TotalRevisions => _keys.TotalRevisions;
    public long TotalRecords { get; private set; }
    public long LostPages { get; private set; }
    public string? ClusterVersion { get; private set; }
    public string? StorageVersion { get; private set; }
    public string? DowngradeTarget { get; private set; }
    public ulong? ConsistentIndex { get; private set; }
    public ulong? Term { get; private set; }
    public AuthBuckets Auth => _auth;
    public MembershipBuckets Membership => _membership;
    public int Leases => _leases.Count;

    /// <exception cref="EtcdException">SnapshotInvalid: the file is damaged, or its contents are not from etcd.</exception>
    public static SnapshotContents Read(BoltFile file, CancellationToken cancellationToken)
    {
        // Read before the keys: which keys count depends on the compaction revision.
        var contents = new SnapshotContents(file, CompactionMark.Find(file, cancellationToken));
        contents.ReadBuckets(cancellationToken);
        if (!contents._hasKeyBucket)
            throw SnapshotDamage.File(file.Path, "it is a bbolt database but not an etcd database: bucket 'key' is missing");
        contents.HashKv = contents._keys.HashKv(cancellationToken);
        return contents;
    }

    private void ReadBuckets(CancellationToken cancellationToken)
    {
        var buckets = new BucketWalk(_file);
        while (buckets.MoveNext(cancellationToken))
        {
            _hash.Append(buckets.Name);
            ReadRecords(buckets.Records(), HandlerFor(buckets.Name), cancellationToken);
        }

        LostPages = FreeList.CountLost(_file, buckets.Reached);
    }

    private void ReadRecords(BoltCursor records, RecordHandler? handle, CancellationToken cancellationToken)
    {
        while (records.MoveNext(cancellationToken))
        {
            ref readonly BoltRecord record = ref records.Current;
            if (record.IsBucket) throw MvccRecord.BucketInside(_file, record);
            _hash.Append(record.Key.Span);
            _hash.Append(record.Value.Span);
            TotalRecords++;
            handle?.Invoke(record);
        }
    }

    private RecordHandler? HandlerFor(ReadOnlySpan<byte> bucket)
    {
        if (bucket.SequenceEqual("key"u8))
        {
            _hasKeyBucket = true;
            return _keys.Add;
        }

        if (bucket.SequenceEqual("meta"u8)) return ReadMeta;
        if (bucket.SequenceEqual("cluster"u8)) return ReadCluster;
        if (bucket.SequenceEqual("members"u8)) return _membership.ReadMember;
        if (bucket.SequenceEqual("members_removed"u8)) return _membership.ReadRemoved;
        if (bucket.SequenceEqual("alarm"u8)) return _membership.ReadAlarm;
        if (bucket.SequenceEqual("lease"u8)) return _leases.Read;
        if (bucket.SequenceEqual("auth"u8)) return _auth.ReadSetting;
        if (bucket.SequenceEqual("authUsers"u8)) return _auth.ReadUser;
        return bucket.SequenceEqual("authRoles"u8) ? _auth.ReadRole : null;
    }

    private void ReadMeta(in BoltRecord record)
    {
        ReadOnlySpan<byte> name = record.Key.Span;
        if (name.SequenceEqual("consistent_index"u8)) ConsistentIndex = Number(record);
        else if (name.SequenceEqual("term"u8)) Term = Number(record);
        else if (name.SequenceEqual("storageVersion"u8)) StorageVersion = Version(record);
    }

    private void ReadCluster(in BoltRecord record)
    {
        if (record.Key.Span.SequenceEqual("clusterVersion"u8)) ClusterVersion = Version(record);
        else if (record.Key.Span.SequenceEqual("downgrade"u8)) DowngradeTarget = SnapshotDowngrade.TryParse(record.Value.Span);
    }

    private ulong Number(in BoltRecord record) =>
        BinaryPrimitives.TryReadUInt64BigEndian(record.Value.Span, out ulong number) && record.Value.Length == sizeof(ulong)
            ? number
            : throw _file.Damaged(record.Offset, "expected an 8-byte number", SnapshotPart.Records);

    // etcd 3.6 saves an empty version while it migrates the storage.
    private string? Version(in BoltRecord record)
    {
        if (record.Value.Length > MaxVersionSize || !Ascii.IsValid(record.Value.Span))
            throw _file.Damaged(record.Offset, "expected a version number", SnapshotPart.Records);
        return record.Value.IsEmpty ? null : Encoding.ASCII.GetString(record.Value.Span);
    }
}
