using EtcdAdmin.Errors;

namespace EtcdAdmin.Database.Bolt;

/// <summary>Goes through a bucket in key order and checks on the way all that the format promises.</summary>
/// <remarks>
/// The way down to the current leaf is a list of limited length, not recursion, and no page is entered twice; so any file is
/// walked in time and memory bounded by its size, or refused.
/// </remarks>
internal sealed class BoltCursor
{
    private readonly BoltFile _file;
    private readonly BoltBucket _bucket;
    private readonly long _bucketOffset;
    private readonly PageSet _visited;
    private readonly FileWindow _window;
    private readonly BoltLeaf _leaf;
    private readonly Stack<BoltBranch> _branches = new();
    private readonly LastKey _last = new();
    private readonly LastKey _lowest = new();
    private BoltRecord _current;
    private bool _started;

    /// <summary>Stands before the first record.</summary>
    /// <param name="file">The database.</param>
    /// <param name="bucket">Where to go through.</param>
    /// <param name="bucketOffset">Where the bucket is named, for messages.</param>
    /// <param name="visited">Shared by the cursors of one walk through the database.</param>
    public BoltCursor(BoltFile file, BoltBucket bucket, long bucketOffset, PageSet visited)
    {
        _file = file;
        _bucket = bucket;
        _bucketOffset = bucketOffset;
        _visited = visited;
        _window = new FileWindow(file, bucket.Root == 0 ? bucket.Inline.Offset + bucket.Inline.Length : file.Length);
        _leaf = new BoltLeaf(file, _window);
    }

    /// <summary>The record that <see cref="MoveNext"/> went to.</summary>
    public ref readonly BoltRecord Current => ref _current;

    /// <summary>Goes to the next record, in ascending order of keys; false behind the last.</summary>
    /// <exception cref="EtcdException">SnapshotInvalid: the file is damaged here.</exception>
    public bool MoveNext(CancellationToken cancellationToken)
    {
        if (!_started) Start();
        while (!_leaf.TryRead(out _current))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!OpenNextLeaf()) return false;
        }

        ReadOnlySpan<byte> key = _current.Key.Span;
        if (!_last.IsBelow(key)) throw _file.Damaged(_current.Offset, "the keys of a bucket should ascend", SnapshotPart.Order);
        if (_lowest.IsAbove(key))
            throw _file.Damaged(_current.Offset, "the key should not be lower than the one that the branch page tells", SnapshotPart.Order);
        _last.Set(key);
        return true;
    }

    private void Start()
    {
        _started = true;
        if (_bucket.Root == 0) _leaf.Open(BoltPage.ReadInline(_file, _window, _bucket.Inline));
        else Enter(_bucket.Root, _bucketOffset);
    }

    private bool OpenNextLeaf()
    {
        while (_branches.TryPeek(out BoltBranch? branch))
        {
            if (!branch.MoveNext())
            {
                _branches.Pop();
                continue;
            }

            if (!_last.IsBelow(branch.Key))
                throw _file.Damaged(branch.Offset, "the key of a branch page should be higher than all keys before it", SnapshotPart.Order);
            if (_lowest.IsAbove(branch.Key))
                throw _file.Damaged(branch.Offset, "the key of a branch page should not be lower than its parent's", SnapshotPart.Order);
            _lowest.Set(branch.Key);
            if (Enter(branch.Child, branch.Offset)) return true;
        }

        return false;
    }

    private bool Enter(ulong id, long referrer)
    {
        BoltPage page = BoltPage.Read(_file, _window, id, referrer, _visited);
        if (page.IsLeaf)
        {
            _leaf.Open(page);
            return true;
        }

        if (_branches.Count == BoltFormat.MaxDepth)
            throw _file.Damaged(referrer, $"the tree is deeper than {BoltFormat.MaxDepth} pages");
        _branches.Push(new BoltBranch(_file, _window, page));
        return false;
    }

    /// <summary>A copy of a key met before; the page it was on is gone from memory.</summary>
    private sealed class LastKey
    {
        private byte[] _bytes = [];
        private int _length = -1;

        public bool IsBelow(ReadOnlySpan<byte> key) => _length < 0 || _bytes.AsSpan(0, _length).SequenceCompareTo(key) < 0;

        public bool IsAbove(ReadOnlySpan<byte> key) => _length >= 0 && _bytes.AsSpan(0, _length).SequenceCompareTo(key) > 0;

        public void Set(ReadOnlySpan<byte> key)
        {
            if (_bytes.Length < key.Length) _bytes = new byte[key.Length];
            key.CopyTo(_bytes);
            _length = key.Length;
        }
    }
}
