using System.Buffers.Binary;
using System.Text;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Wire;
using EtcdAdmin.Snapshots.Bolt;
using Google.Protobuf;
using AlarmType = EtcdAdmin.Client.AlarmType;

namespace EtcdAdmin.Snapshots;

/// <summary>Walks once through all buckets of an etcd database and notes what they say.</summary>
/// <remarks>Source of the buckets and their records: etcd <c>server/storage/schema/</c>, 3.6; older versions lack some.</remarks>
internal sealed class SnapshotContents
{
    // Beyond these a file is not etcd's; they keep what a hostile one makes us hold in memory small.
    private const int MaxMembers = 1000;
    private const int MaxMemberSize = 64 * 1024;
    private const int MaxVersionSize = 64;
    private const int MaxAlarmSize = 64; // two numbers; each unknown field of a longer one would become an object

    private readonly BoltFile _file;
    private readonly List<SnapshotMember> _members = [];
    private readonly List<MemberAlarm> _alarms = [];
    private readonly KeyBucket _keys;
    private Crc32C _hash = Crc32C.Create();
    private bool _hasKeyBucket;

    private SnapshotContents(BoltFile file, long compactRevision)
    {
        _file = file;
        _keys = new KeyBucket(file, compactRevision);
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
    public ulong? ConsistentIndex { get; private set; }
    public ulong? Term { get; private set; }
    public bool AuthEnabled { get; private set; }
    public int Leases { get; private set; }
    public IReadOnlyList<MemberAlarm> Alarms => _alarms;
    public IReadOnlyList<SnapshotMember> Members => _members;

    /// <exception cref="EtcdException">SnapshotInvalid: the file is damaged, or its contents are not etcd's.</exception>
    public static SnapshotContents Read(BoltFile file, CancellationToken cancellationToken)
    {
        // Before the keys, as what counts of them depends on it.
        var contents = new SnapshotContents(file, CompactionMark.Find(file, cancellationToken));
        contents.ReadBuckets(cancellationToken);
        if (!contents._hasKeyBucket)
            throw SnapshotDamage.Whole(file.Path, "it is a bolt database, but not etcd's: it has no bucket 'key'");
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
        if (bucket.SequenceEqual("members"u8)) return ReadMember;
        if (bucket.SequenceEqual("lease"u8)) return ReadLease;
        if (bucket.SequenceEqual("alarm"u8)) return ReadAlarm;
        return bucket.SequenceEqual("auth"u8) ? ReadAuth : null;
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
    }

    private void ReadAuth(in BoltRecord record)
    {
        if (record.Key.Span.SequenceEqual("authEnabled"u8))
            AuthEnabled = record.Value.Span.SequenceEqual((ReadOnlySpan<byte>)[1]);
    }

    private void ReadMember(in BoltRecord record)
    {
        if (_members.Count == MaxMembers || record.Value.Length > MaxMemberSize)
            throw _file.Damaged(record.Offset, $"no cluster has over {MaxMembers} members of {MaxMemberSize} bytes", SnapshotPart.Records);
        _members.Add(SnapshotMemberReader.TryParse(record.Key.Span, record.Value.Span)
            ?? throw _file.Damaged(record.Offset, "a member's id and its JSON description should be here", SnapshotPart.Records));
    }

    private void ReadLease(in BoltRecord record)
    {
        if (record.Key.Length != sizeof(long)) throw _file.Damaged(record.Offset, "the id of a lease, of 8 bytes, should be here", SnapshotPart.Records);
        Leases++;
    }

    // The name of the record is the whole of it.
    private void ReadAlarm(in BoltRecord record)
    {
        if (record.Key.Length > MaxAlarmSize) throw _file.Damaged(record.Offset, $"no alarm has {record.Key.Length} bytes", SnapshotPart.Records);
        try
        {
            AlarmMember alarm = AlarmMember.Parser.ParseFrom(record.Key.Span);
            if (_alarms.Count == MaxMembers) throw _file.Damaged(record.Offset, $"no cluster has over {MaxMembers} alarms", SnapshotPart.Records);
            _alarms.Add(new MemberAlarm(new MemberId(alarm.MemberID), (AlarmType)alarm.Alarm));
        }
        catch (InvalidProtocolBufferException)
        {
            throw _file.Damaged(record.Offset, "an alarm should be here", SnapshotPart.Records);
        }
    }

    private ulong Number(in BoltRecord record) =>
        BinaryPrimitives.TryReadUInt64BigEndian(record.Value.Span, out ulong number) && record.Value.Length == sizeof(ulong)
            ? number
            : throw _file.Damaged(record.Offset, "a number of 8 bytes should be here", SnapshotPart.Records);

    // etcd 3.6 saves an empty one while it migrates the storage.
    private string? Version(in BoltRecord record)
    {
        if (record.Value.Length > MaxVersionSize || !Ascii.IsValid(record.Value.Span))
            throw _file.Damaged(record.Offset, "a version number should be here", SnapshotPart.Records);
        return record.Value.IsEmpty ? null : Encoding.ASCII.GetString(record.Value.Span);
    }
}
