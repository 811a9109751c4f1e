using System.Text;
using Google.Protobuf;

namespace EtcdAdmin.Client.Records;

/// <summary>A set of keys: one, all with a prefix, all from one on, or all between two. Keys are bytes, in byte order.</summary>
/// <remarks>Source of the end conventions: etcd <c>api/etcdserverpb/rpc.proto</c>, RangeRequest.range_end.</remarks>
public readonly record struct KeyRange
{
    private static readonly ReadOnlyMemory<byte> Zero = new byte[1];

    private KeyRange(ReadOnlyMemory<byte> start, ReadOnlyMemory<byte> end)
    {
        Start = start;
        End = end;
    }

    /// <summary>Every key.</summary>
    public static KeyRange All => new(Zero, Zero);

    /// <summary>The first key.</summary>
    public ReadOnlyMemory<byte> Start { get; }

    /// <summary>The end of the range, exclusive; empty for one single key, one zero byte for no end.</summary>
    public ReadOnlyMemory<byte> End { get; }

    /// <summary>One key.</summary>
    /// <exception cref="ArgumentException">The key is empty.</exception>
    public static KeyRange Key(ReadOnlyMemory<byte> key) => new(NotEmpty(key, nameof(key)), default);

    /// <summary>One key, as UTF-8.</summary>
    /// <exception cref="ArgumentException">The key is empty.</exception>
    public static KeyRange Key(string key) => Key(Encoding.UTF8.GetBytes(key));

    /// <summary>All keys with this prefix; an empty prefix is every key.</summary>
    public static KeyRange Prefix(ReadOnlyMemory<byte> prefix) => prefix.IsEmpty ? All : new KeyRange(prefix, After(prefix));

    /// <summary>All keys with this prefix, as UTF-8; an empty prefix is every key.</summary>
    public static KeyRange Prefix(string prefix) => Prefix(Encoding.UTF8.GetBytes(prefix));

    /// <summary>All keys from this one on; an empty key is every key.</summary>
    public static KeyRange From(ReadOnlyMemory<byte> key) => key.IsEmpty ? All : new KeyRange(key, Zero);

    /// <summary>All keys from this one on, as UTF-8; an empty key is every key.</summary>
    public static KeyRange From(string key) => From(Encoding.UTF8.GetBytes(key));

    /// <summary>All keys from <paramref name="start"/> on and before <paramref name="end"/>.</summary>
    /// <exception cref="ArgumentException">One of them is empty.</exception>
    public static KeyRange Between(ReadOnlyMemory<byte> start, ReadOnlyMemory<byte> end) =>
        new(NotEmpty(start, nameof(start)), NotEmpty(end, nameof(end)));

    /// <summary>All keys from <paramref name="start"/> on and before <paramref name="end"/>, as UTF-8.</summary>
    /// <exception cref="ArgumentException">One of them is empty.</exception>
    public static KeyRange Between(string start, string end) => Between(Encoding.UTF8.GetBytes(start), Encoding.UTF8.GetBytes(end));

    /// <summary>Whether a key is in the range.</summary>
    internal bool Contains(ReadOnlySpan<byte> key) => End.IsEmpty
        ? key.SequenceEqual(Start.Span)
        : key.SequenceCompareTo(Start.Span) >= 0 && (IsOpen || key.SequenceCompareTo(End.Span) < 0);

    private bool IsOpen => End.Span.SequenceEqual(Zero.Span);

    /// <summary>Compares the bytes.</summary>
    public bool Equals(KeyRange other) => Start.Span.SequenceEqual(other.Start.Span) && End.Span.SequenceEqual(other.End.Span);

    /// <summary>Consistent with <see cref="Equals(KeyRange)"/>.</summary>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Start.Span);
        hash.AddBytes(End.Span);
        return hash.ToHashCode();
    }

    internal static KeyRange FromWire(ByteString start, ByteString end) => new(start.Memory, end.Memory);

    internal ByteString WireStart => ByteString.CopyFrom(Start.Span);

    internal ByteString WireEnd => ByteString.CopyFrom(End.Span);

    /// <summary>The rest of this range after <paramref name="key"/>; the next key after a key is that key plus a zero byte.</summary>
    internal KeyRange After(ByteString key)
    {
        byte[] next = new byte[key.Length + 1];
        key.Span.CopyTo(next);
        return new KeyRange(next, End);
    }

    // The first key after all keys with a prefix: the last byte below 255 plus one; a prefix of only 255s has none.
    private static ReadOnlyMemory<byte> After(ReadOnlyMemory<byte> prefix)
    {
        int last = prefix.Span.LastIndexOfAnyExcept((byte)0xff);
        if (last < 0) return Zero;
        byte[] end = prefix[..(last + 1)].ToArray();
        end[last]++;
        return end;
    }

    private static ReadOnlyMemory<byte> NotEmpty(ReadOnlyMemory<byte> key, string name) =>
        key.IsEmpty ? throw new ArgumentException("A key must have at least one byte.", name) : key;
}
