using EtcdAdmin.Errors;

namespace EtcdAdmin.Database.Bolt;

/// <summary>The buckets of an etcd database one after the other, by one walk in which no page may be reached twice.</summary>
/// <param name="file">The database.</param>
internal sealed class BucketWalk(BoltFile file)
{
    // etcd has some ten. Each costs a cursor with its window, far more than the few bytes that an empty one takes in the file.
    private const int MaxBuckets = 64;

    private readonly PageSet _reached = new(file);
    private BoltCursor? _buckets;
    private int _count;

    /// <summary>The pages that were reached so far; at the end of the walk those that are in use.</summary>
    public PageSet Reached => _reached;

    /// <summary>The name of the bucket that <see cref="MoveNext"/> went to; valid until it goes on.</summary>
    public ReadOnlySpan<byte> Name => _buckets!.Current.Key.Span; // MoveNext came first

    /// <summary>Goes to the next bucket, by their names; false behind the last.</summary>
    /// <exception cref="EtcdException">SnapshotInvalid: damaged, or something that is not a bucket.</exception>
    public bool MoveNext(CancellationToken cancellationToken)
    {
        _buckets ??= new BoltCursor(file, file.Root, bucketOffset: 0, _reached);
        if (!_buckets.MoveNext(cancellationToken)) return false;
        if (++_count > MaxBuckets) throw file.Damaged(_buckets.Current.Offset, $"no etcd has over {MaxBuckets} buckets", SnapshotPart.Records);
        return _buckets.Current.IsBucket
            ? true
            : throw file.Damaged(_buckets.Current.Offset, "a bucket should be here, not a plain value", SnapshotPart.Records);
    }

    /// <summary>Goes through the records of the current bucket.</summary>
    public BoltCursor Records()
    {
        ref readonly BoltRecord bucket = ref _buckets!.Current; // MoveNext came first
        long offset = bucket.Offset + bucket.Key.Length;
        return new BoltCursor(file, BoltBucket.Parse(file, bucket.Value.Span, offset), offset, _reached);
    }

    /// <summary>The records of one bucket; null where there is no bucket of this name.</summary>
    /// <param name="file">The database.</param>
    /// <param name="name">As etcd names it.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="EtcdException">SnapshotInvalid.</exception>
    public static BoltCursor? Find(BoltFile file, ReadOnlySpan<byte> name, CancellationToken cancellationToken)
    {
        var walk = new BucketWalk(file);
        while (walk.MoveNext(cancellationToken))
        {
            if (walk.Name.SequenceEqual(name)) return walk.Records();
        }

        return null;
    }
}
