namespace EtcdAdmin.Snapshots;

/// <summary>The keys that exist at a revision, as their records go by: 16 bytes a slot, not a string each.</summary>
/// <remarks>
/// Many small tables, each with open addressing and linear probing: they grow one by one, so no moment needs room for all keys
/// twice, and the old ones are small enough to be collected early. Removal moves later entries back, so no markers pile up.
/// </remarks>
internal sealed class LiveKeySet
{
    private const int TableCount = 1024; // a power of two

    // Four sizes to begin with, so that not all tables, whose keys grow alike, are at their emptiest at once.
    private const int FirstCapacity = 8;
    private const int FirstCapacities = 4;

    private readonly Table[] _tables = new Table[TableCount];

    public LiveKeySet()
    {
        for (int i = 0; i < TableCount; i++) _tables[i] = new Table(FirstCapacity + (i % FirstCapacities));
    }

    public int Count { get; private set; }

    public void Add(KeyFingerprint key)
    {
        key = Occupied(key);
        if (TableOf(key).TryAdd(key)) Count++;
    }

    public void Remove(KeyFingerprint key)
    {
        key = Occupied(key);
        if (TableOf(key).TryRemove(key)) Count--;
    }

    // An all-zero slot is a free one; one bit of 128 is given up for that.
    private static KeyFingerprint Occupied(KeyFingerprint key) => key with { High = key.High | 1 };

    private Table TableOf(KeyFingerprint key) => _tables[key.Low & (TableCount - 1)];

    private sealed class Table(int capacity)
    {
        private KeyFingerprint[] _slots = new KeyFingerprint[capacity];
        private int _count;

        public bool TryAdd(KeyFingerprint key)
        {
            int slot = Find(key);
            if (_slots[slot] == key) return false;
            _slots[slot] = key;
            if (++_count > _slots.Length * 4L / 5) Grow();
            return true;
        }

        public bool TryRemove(KeyFingerprint key)
        {
            int hole = Find(key);
            if (_slots[hole] != key) return false;
            for (int slot = Next(hole); _slots[slot] != default; slot = Next(slot))
            {
                if (Distance(Home(_slots[slot]), slot) < Distance(hole, slot)) continue;
                _slots[hole] = _slots[slot];
                hole = slot;
            }

            _slots[hole] = default;
            _count--;
            return true;
        }

        // The upper half of a number scaled to the capacity, which therefore need not be a power of two.
        private int Home(KeyFingerprint key) => (int)((key.High >> 32) * (ulong)_slots.Length >> 32);

        private int Next(int slot) => slot + 1 == _slots.Length ? 0 : slot + 1;

        private int Distance(int from, int to) => to >= from ? to - from : to - from + _slots.Length;

        private int Find(KeyFingerprint key)
        {
            int slot = Home(key);
            while (_slots[slot] != default && _slots[slot] != key) slot = Next(slot);
            return slot;
        }

        private void Grow()
        {
            KeyFingerprint[] old = _slots;
            _slots = new KeyFingerprint[(int)Math.Min(old.Length * 3L / 2, Array.MaxLength)];
            foreach (KeyFingerprint key in old)
            {
                if (key != default) _slots[Find(key)] = key;
            }
        }
    }
}
