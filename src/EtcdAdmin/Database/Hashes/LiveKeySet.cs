namespace EtcdAdmin.Database.Hashes;

/// <summary>The keys that exist at a revision, each with its newest revision. A key takes a slot of 24 bytes, not a string.</summary>
/// <remarks>
/// Many small tables with open addressing and linear probing. The tables grow one by one, so there is never a moment that needs memory for all
/// keys twice, and the old tables are small enough to be collected early. Removal moves later entries back, so no markers accumulate.
/// </remarks>
internal sealed class LiveKeySet
{
    private const int TableCount = 1024; // a power of two

    // Four initial sizes: all tables grow at the same rate, and this keeps them from being at their emptiest at the same time.
    private const int FirstCapacity = 8;
    private const int FirstCapacities = 4;

    private readonly Table[] _tables = new Table[TableCount];

    public LiveKeySet()
    {
        for (int i = 0; i < TableCount; i++) _tables[i] = new Table(FirstCapacity + (i % FirstCapacities));
    }

    public int Count { get; private set; }

    /// <summary>Adds a key, or updates its revision.</summary>
    /// <returns>The previous revision; 0 for a new key.</returns>
    public long Put(KeyFingerprint key, long revision)
    {
        key = Occupied(key);
        long before = TableOf(key).Put(key, revision);
        if (before == 0) Count++;
        return before;
    }

    /// <returns>The last revision; 0 if the key was not in the set.</returns>
    public long Remove(KeyFingerprint key)
    {
        key = Occupied(key);
        long before = TableOf(key).Remove(key);
        if (before != 0) Count--;
        return before;
    }

    /// <summary>The newest revision of a key; 0 where it does not exist.</summary>
    public long RevisionOf(KeyFingerprint key)
    {
        key = Occupied(key);
        return TableOf(key).RevisionOf(key);
    }

    // A slot of zeros is free. One of the 128 bits is reserved for that.
    private static KeyFingerprint Occupied(KeyFingerprint key) => key with { High = key.High | 1 };

    private Table TableOf(KeyFingerprint key) => _tables[key.Low & (TableCount - 1)];

    private struct Slot
    {
        public KeyFingerprint Key;
        public long Revision;
    }

    private sealed class Table(int capacity)
    {
        private Slot[] _slots = new Slot[capacity];
        private int _count;

        public long Put(KeyFingerprint key, long revision)
        {
            ref Slot slot = ref _slots[Find(key)];
            long before = slot.Revision;
            bool isNew = slot.Key != key;
            slot = new Slot { Key = key, Revision = revision };
            if (isNew && ++_count > _slots.Length * 4L / 5) Grow();
            return isNew ? 0 : before;
        }

        public long Remove(KeyFingerprint key)
        {
            int hole = Find(key);
            if (_slots[hole].Key != key) return 0;
            long before = _slots[hole].Revision;
            for (int slot = Next(hole); _slots[slot].Key != default; slot = Next(slot))
            {
                if (Distance(Home(_slots[slot].Key), slot) < Distance(hole, slot)) continue;
                _slots[hole] = _slots[slot];
                hole = slot;
            }

            _slots[hole] = default;
            _count--;
            return before;
        }

        public long RevisionOf(KeyFingerprint key)
        {
            ref Slot slot = ref _slots[Find(key)];
            return slot.Key == key ? slot.Revision : 0;
        }

        // The upper half of a number scaled to the capacity, so that the capacity need not be a power of two.
        private int Home(KeyFingerprint key) => (int)((key.High >> 32) * (ulong)_slots.Length >> 32);

        private int Next(int slot) => slot + 1 == _slots.Length ? 0 : slot + 1;

        private int Distance(int from, int to) => to >= from ? to - from : to - from + _slots.Length;

        private int Find(KeyFingerprint key)
        {
            int slot = Home(key);
            while (_slots[slot].Key != default && _slots[slot].Key != key) slot = Next(slot);
            return slot;
        }

        private void Grow()
        {
            Slot[] old = _slots;
            _slots = new Slot[(int)Math.Min(old.Length * 3L / 2, Array.MaxLength)];
            foreach (Slot slot in old)
            {
                if (slot.Key != default) _slots[Find(slot.Key)] = slot;
            }
        }
    }
}
