using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EtcdAdmin.Database.Keys;

/// <summary>Keys with the places of their records, in revision order until they are sorted.</summary>
/// <remarks>
/// All keys are stored one after another in one array. Most keys share a prefix, so keys are compared by the eight bytes after the common
/// prefix, and by the remaining bytes only if these eight are equal.
/// </remarks>
internal sealed class KeyChunk
{
    private readonly List<Entry> _entries = [];
    private byte[] _keys = new byte[64 * 1024];
    private int _used;
    private int _common = -1;
    private int _next = -1;

    /// <summary>Approximate bytes of memory.</summary>
    public long Size => _used + ((long)_entries.Count * Marshal.SizeOf<Entry>());

    /// <summary>Adds a record that is newer than all records before.</summary>
    public void Add(ReadOnlySpan<byte> key, RecordPlace place)
    {
        if (_keys.Length - _used < key.Length) Array.Resize(ref _keys, Math.Max(_keys.Length * 2, _used + key.Length));
        key.CopyTo(_keys.AsSpan(_used));
        _common = _common < 0 ? key.Length : key[..Math.Min(_common, key.Length)].CommonPrefixLength(_keys.AsSpan(0, Math.Min(_common, _used)));
        _entries.Add(new Entry { Start = _used, Length = key.Length, Sequence = _entries.Count, Place = place });
        _used += key.Length;
    }

    /// <summary>Sorts by key, the newest record of each key first, and moves before the first key.</summary>
    public void Sort()
    {
        Span<Entry> entries = CollectionsMarshal.AsSpan(_entries);
        foreach (ref Entry entry in entries) entry.Head = Head(KeyOf(entry)[_common..]);
        entries.Sort(new Order(this));
        _next = -1;
    }

    /// <summary>Moves to the newest record of the next key; false after the last key.</summary>
    public bool MoveNext()
    {
        int last = _next++;
        while (last >= 0 && _next < _entries.Count && KeyOf(_entries[_next]).SequenceEqual(KeyOf(_entries[last]))) _next++;
        return _next < _entries.Count;
    }

    /// <summary>The key that <see cref="MoveNext"/> moved to.</summary>
    public ReadOnlySpan<byte> Key => KeyOf(_entries[_next]);

    /// <summary>The newest record of the key.</summary>
    public RecordPlace Place => _entries[_next].Place;

    /// <summary>Empties the chunk but keeps its memory for the next keys.</summary>
    public void Clear()
    {
        _entries.Clear();
        _used = 0;
        _common = -1;
        _next = -1;
    }

    private static ulong Head(ReadOnlySpan<byte> key)
    {
        if (key.Length >= sizeof(ulong)) return BinaryPrimitives.ReadUInt64BigEndian(key);
        Span<byte> padded = stackalloc byte[sizeof(ulong)];
        padded.Clear();
        key.CopyTo(padded);
        return BinaryPrimitives.ReadUInt64BigEndian(padded);
    }

    private ReadOnlySpan<byte> KeyOf(scoped in Entry entry) => _keys.AsSpan(entry.Start, entry.Length);

    private struct Entry
    {
        public ulong Head;
        public RecordPlace Place;
        public int Start;
        public int Length;
        public int Sequence;
    }

    private readonly struct Order(KeyChunk chunk) : IComparer<Entry>
    {
        public int Compare(Entry x, Entry y)
        {
            if (x.Head != y.Head) return x.Head < y.Head ? -1 : 1;
            int order = chunk.KeyOf(x)[chunk._common..].SequenceCompareTo(chunk.KeyOf(y)[chunk._common..]);
            return order != 0 ? order : y.Sequence.CompareTo(x.Sequence);
        }
    }
}
