namespace EtcdAdmin.Database.Bolt;

/// <summary>The pages that one walk has visited. In a sound file no page is reached twice, so a walk always ends.</summary>
internal sealed class PageSet(BoltFile file)
{
    private readonly ulong[] _bits = new ulong[(file.Meta.PageCount + 63) / 64];

    /// <summary>Number of pages in the set.</summary>
    public long Count { get; private set; }

    /// <summary>Whether the set contains a page. The page number must be inside the file.</summary>
    public bool Contains(ulong page) => (_bits[page / 64] & (1UL << (int)(page % 64))) != 0;

    /// <summary>Adds a page with its overflow pages. The caller has checked that they are in the file.</summary>
    /// <returns>False if one of the pages is already in the set.</returns>
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
