namespace EtcdAdmin.Snapshots;

/// <summary>The keys that exist at a revision, as their records go by: 16 bytes a slot, not a string each.</summary>
/// <remarks>Open addressing with linear probing; removal moves later entries back, so no markers pile up.</remarks>
internal sealed class LiveKeySet
{
    private const int FirstCapacity = 1024; // a power of two, as all capacities

    private KeyFingerprint[] _slots = new KeyFingerprint[FirstCapacity];

    public int Count { get; private set; }

    public void Add(KeyFingerprint key)
    {
        key = Occupied(key);
        int slot = Find(_slots, key);
        if (_slots[slot] == key) return;
        _slots[slot] = key;
        if (++Count > _slots.Length / 4 * 3) Grow();
    }

    public void Remove(KeyFingerprint key)
    {
        key = Occupied(key);
        int mask = _slots.Length - 1;
        int hole = Find(_slots, key);
        if (_slots[hole] != key) return;
        for (int slot = (hole + 1) & mask; _slots[slot] != default; slot = (slot + 1) & mask)
        {
            int distanceFromHome = (slot - Home(_slots[slot], mask)) & mask;
            if (distanceFromHome < ((slot - hole) & mask)) continue;
            _slots[hole] = _slots[slot];
            hole = slot;
        }

        _slots[hole] = default;
        Count--;
    }

    // An all-zero slot is a free one; one bit of 128 is given up for that.
    private static KeyFingerprint Occupied(KeyFingerprint key) => key with { High = key.High | 1 };

    private static int Home(KeyFingerprint key, int mask) => (int)key.Low & mask;

    private static int Find(KeyFingerprint[] slots, KeyFingerprint key)
    {
        int mask = slots.Length - 1;
        int slot = Home(key, mask);
        while (slots[slot] != default && slots[slot] != key) slot = (slot + 1) & mask;
        return slot;
    }

    private void Grow()
    {
        var larger = new KeyFingerprint[_slots.Length * 2];
        foreach (KeyFingerprint key in _slots)
        {
            if (key != default) larger[Find(larger, key)] = key;
        }

        _slots = larger;
    }
}
