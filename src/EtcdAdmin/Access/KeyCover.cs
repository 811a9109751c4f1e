using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Access;

/// <summary>Whether ranges of keys together have all keys of another one, as etcd checks it (server/auth/range_perm_cache.go).</summary>
internal static class KeyCover
{
    /// <summary>Whether every key of a range is in one of the others.</summary>
    public static bool Has(IEnumerable<KeyRange> ranges, KeyRange wanted)
    {
        (byte[] position, byte[]? goal) = Bounds(wanted);
        foreach ((byte[] start, byte[]? end) in ranges.Select(Bounds).OrderBy(bounds => bounds.Start, ByBytes.Instance))
        {
            if (Compare(start, position) > 0) return false; // all others start later too
            if (end is null) return true;
            if (Compare(end, position) > 0) position = end;
            if (goal is not null && Compare(position, goal) >= 0) return true;
        }

        return false;
    }

    /// <summary>The first key, and the first one after the range; null if there is none after it.</summary>
    private static (byte[] Start, byte[]? End) Bounds(KeyRange range)
    {
        byte[] start = range.Start.ToArray();
        if (range.End.IsEmpty) return (start, [.. start, 0]); // the next possible key
        if (range == KeyRange.All) return ([], null);
        return (start, range == KeyRange.From(range.Start) ? null : range.End.ToArray());
    }

    private static int Compare(byte[] one, byte[] other) => one.AsSpan().SequenceCompareTo(other);

    private sealed class ByBytes : IComparer<byte[]>
    {
        public static readonly ByBytes Instance = new();

        public int Compare(byte[]? x, byte[]? y) => KeyCover.Compare(x!, y!); // never null here
    }
}
