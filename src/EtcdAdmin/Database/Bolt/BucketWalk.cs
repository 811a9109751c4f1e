using EtcdAdmin.Errors;

namespace EtcdAdmin.Database.Bolt;

/// <summary>Walks through the buckets of an etcd database one by one. No page may be reached twice.</summary>
/// <param name="file">The database.</param>
internal sealed class BucketWalk(BoltFile file)
{
    // etcd has about ten buckets. Each costs a cursor with its window, far more than the few bytes of an empty bucket in the file.
    private const int MaxBuckets = 64;

    private readonly PageSet _reached = new(file);
    private BoltCursor? _buckets;
    private int _count;

    /// <summary>The pages reached so far. At the end of the walk: all pages in use.</summary>
    public PageSet Reached => _reached;

    /// <summary>The name of the bucket that <see cref="MoveNext"/> moved to; valid until the next move.</summary>
    public ReadOnlySpan<byte> Name => _buckets!.Current.Key.Span; // MoveNext came first

    /// <summary>Moves to the next bucket in name order; false after the last bucket.</summary>
    /// <exception cref="EtcdException">SnapshotInvalid: the file is damaged, or a record is not a bucket.</exception>
    public bool MoveNext(CancellationToken cancellationToken)
    {
        _buckets ??= new BoltCursor(file, file.Root, bucketOffset: 0, _reached);
        if (!_buckets.MoveNext(cancellationToken)) return false;
        if (++_count > MaxBuckets)
            throw file.Damaged(
                _buckets.Current.Offset, $"the database has more than {MaxBuckets} buckets, more than any etcd creates", SnapshotPart.Records);
        return _buckets.Current.IsBucket
            ? true
            : throw file.Damaged(_buckets.Current.Offset, "expected a bucket, found a plain value", SnapshotPart.Records);
    }

    /// <summary>Returns a cursor over the records of the current bucket.</summary>
    public BoltCursor Records()
    {
        ref readonly BoltRecord bucket = ref _buckets!.Current; // MoveNext came first
        long offset = bucket.Offset + bucket.Key.Length;
        return new BoltCursor(file, BoltBucket.Parse(file, bucket.Value.Span, offset), offset, _reached);
    }

    /// <summary>Returns a cursor over the records of one bucket; null if the bucket does not exist.</summary>
    /// <param name="file">The database.</param>
    /// <param name="name">The bucket's name in etcd.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
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
