namespace EtcdAdmin.Database.Bolt;

/// <summary>The pages that one walk has been to: in a sound file none is reached twice, so a walk always ends.</summary>
internal sealed class PageSet(BoltFile file)
{
    private readonly ulong[] _bits = new ulong[(file.Meta.PageCount + 63) / 64];

    /// <summary>How many pages are in it.</summary>
    public long Count { get; private set; }

    /// <summary>Whether a page, which is in the file, is in it.</summary>
    public bool Contains(ulong page) => (_bits[page / 64] & (1UL << (int)(page % 64))) != 0;

    /// <summary>Adds a page with its overflow pages; the caller has checked that they are in the file.</summary>
    /// <returns>False where one of them was there already.</returns>
    public bool TryAdd(ulong page, uint overflow)
    {
        for (ulong id = page; id <= page + overflow; id++)
        {
            ref ulong word = ref _bits[id / 64];
            ulong bit = 1UL << (int)(id % 64);
            if ((word & bit) != 0) return false;
            word |= bit;
        }

        Count += overflow + 1L;
        return true;
    }
}
