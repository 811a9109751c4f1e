using System.Text;

namespace EtcdAdmin.Database.Space;

/// <summary>Counts keys by prefix and keeps only the largest groups. The keys arrive in key order.</summary>
/// <param name="request">The depth of the prefixes and the number of groups.</param>
internal sealed class PrefixTally(SpaceRequest request)
{
    private readonly TopList<PrefixSpace> _top = new(request.Top, prefix => prefix.Bytes);
    private byte[] _prefix = [];
    private long _keys;
    private long _bytes;

    /// <summary>The groups, largest first.</summary>
    public IReadOnlyList<PrefixSpace> ToList()
    {
        Close();
        return _top.ToList();
    }

    public void Add(ReadOnlySpan<byte> key, long bytes)
    {
        ReadOnlySpan<byte> prefix = PrefixOf(key);
        // All keys of a group are consecutive, so only one group is open at a time.
        if (!prefix.SequenceEqual(_prefix))
        {
            Close();
            _prefix = prefix.ToArray();
        }

        _keys++;
        _bytes += bytes;
    }

    private ReadOnlySpan<byte> PrefixOf(ReadOnlySpan<byte> key)
    {
        int end = 0;
        for (int part = 0; part < request.Depth; part++)
        {
            // A separator at the start of a key does not end a prefix.
            int from = part == 0 && key.StartsWith([(byte)request.Separator]) ? 1 : end;
            int next = key[from..].IndexOf((byte)request.Separator);
            if (next < 0) break;
            end = from + next + 1;
        }

        return key[..end];
    }

    private void Close()
    {
        if (_keys > 0) _top.Add(new PrefixSpace(Encoding.UTF8.GetString(_prefix), _keys, _bytes));
        _keys = 0;
        _bytes = 0;
    }
}
