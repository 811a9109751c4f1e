namespace EtcdAdmin.Database.Keys;

/// <summary>
/// Sorts the keys of a database, which stores them by revision, into key order: in memory as long as they fit, and beyond that
/// with sorted files that are merged.
/// </summary>
/// <param name="budget">Bytes of memory for keys.</param>
/// <param name="folder">The folder for temporary files.</param>
internal sealed class KeySorter(long budget, string folder) : IDisposable
{
    /// <summary>The default memory limit for keys: enough for about a million keys.</summary>
    public const long UsualBudget = 64 << 20;

    private readonly KeyChunk _chunk = new();
    private readonly List<KeyRun> _runs = [];

    // A source is the number of a run, or the chunk as the last and newest source. Finished sources are removed.
    private readonly List<int> _sources = [];
    private int _current = -1;

    /// <summary>The key that <see cref="MoveNext"/> moved to.</summary>
    public ReadOnlySpan<byte> Key => KeyOf(_current);

    /// <summary>The newest record of the key.</summary>
    public RecordPlace Place => _current == _runs.Count ? _chunk.Place : _runs[_current].Place;

    /// <summary>Adds a record that is newer than all records before.</summary>
    public void Add(ReadOnlySpan<byte> key, RecordPlace place)
    {
        if (_chunk.Size >= budget)
        {
            _chunk.Sort();
            _runs.Add(KeyRun.Write(_chunk, folder));
            _chunk.Clear();
        }

        _chunk.Add(key, place);
    }

    /// <summary>Ends the adding and moves before the first key.</summary>
    public void Sort()
    {
        _chunk.Sort();
        _sources.AddRange(Enumerable.Range(0, _runs.Count + 1).Where(Advance));
    }

    /// <summary>Moves to the next key; false after the last key.</summary>
    public bool MoveNext()
    {
        if (_current >= 0) LeaveCurrentKey();
        if (_sources.Count == 0) return false;
        _current = _sources[0];
        foreach (int source in _sources)
        {
            // For equal keys, the newer source (the later one) wins.
            if (KeyOf(source).SequenceCompareTo(Key) <= 0) _current = source;
        }

        return true;
    }

    public void Dispose()
    {
        foreach (KeyRun run in _runs) run.Dispose();
    }

    // Older sources have this key too; their records of it no longer count.
    private void LeaveCurrentKey()
    {
        for (int i = _sources.Count - 1; i >= 0; i--)
        {
            int source = _sources[i];
            if (source != _current && KeyOf(source).SequenceEqual(Key) && !Advance(source)) _sources.RemoveAt(i);
        }

        if (!Advance(_current)) _sources.Remove(_current);
    }

    private bool Advance(int source) => source == _runs.Count ? _chunk.MoveNext() : _runs[source].MoveNext();

    private ReadOnlySpan<byte> KeyOf(int source) => source == _runs.Count ? _chunk.Key : _runs[source].Key;
}
