using EtcdAdmin.Errors;

namespace EtcdAdmin.Database.Bolt;

/// <summary>Walks through a bucket in key order and checks the rules of the format on the way.</summary>
/// <remarks>
/// The path to the current leaf is a list of limited length (no recursion), and no page is entered twice. So the walk either ends within
/// time and memory bounded by the file size, or the file is refused.
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

    /// <summary>Creates a cursor before the first record.</summary>
    /// <param name="file">The database.</param>
    /// <param name="bucket">The bucket to walk through.</param>
    /// <param name="bucketOffset">Position of the bucket's record, for messages.</param>
    /// <param name="visited">Shared by all cursors of one walk through the database.</param>
    public BoltCursor(BoltFile file, BoltBucket bucket, long bucketOffset, PageSet visited)
    {
        _file = file;
        _bucket = bucket;
        _bucketOffset = bucketOffset;
        _visited = visited;
        _window = new FileWindow(file, bucket.Root == 0 ? bucket.Inline.Offset + bucket.Inline.Length : file.Length);
        _leaf = new BoltLeaf(file, _window);
    }

    /// <summary>The record that <see cref="MoveNext"/> moved to.</summary>
    public ref readonly BoltRecord Current => ref _current;

    /// <summary>Moves to the next record in ascending key order; false after the last record.</summary>
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
        if (!_last.IsBelow(key)) throw _file.Damaged(_current.Offset, "the keys of the bucket are not in ascending order", SnapshotPart.Order);
        if (_lowest.IsAbove(key))
            throw _file.Damaged(_current.Offset, "the key is lower than the key in its branch page", SnapshotPart.Order);
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
                throw _file.Damaged(branch.Offset, "the key in the branch page is not higher than all keys before it", SnapshotPart.Order);
            if (_lowest.IsAbove(branch.Key))
                throw _file.Damaged(branch.Offset, "the key in the branch page is lower than the key in the parent page", SnapshotPart.Order);
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

    /// <summary>A copy of an earlier key, whose page is no longer in memory.</summary>
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
