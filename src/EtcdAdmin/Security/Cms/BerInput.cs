using System.Globalization;
using EtcdAdmin.Text;
using Org.BouncyCastle.Asn1;

namespace EtcdAdmin.Security.Cms;

/// <summary>
/// Reads BER level by level, so that a message of any size is read as a stream. DER is the same with definite lengths.
/// </summary>
/// <remarks>Source: ITU-T X.690, 8.1. The library reads the objects inside. Its own stream parser ends at 2 GB and does not show
/// whether a message is complete.</remarks>
/// <param name="inner">The message; its creator disposes it.</param>
/// <param name="errors">Creates the errors.</param>
internal sealed class BerInput(Stream inner, CmsErrors errors) : ReadingStream
{
    private int _peeked = -1;
    private long _left = long.MaxValue;
    private Exception? _failure;

    /// <summary>Number of bytes read.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Limits the number of bytes that are read from now on.</summary>
    public void Allow(long bytes) => _left = bytes;

    /// <summary>The next byte, which stays the next; -1 at the end.</summary>
    public int Peek()
    {
        if (_peeked >= 0) return _peeked;
        Span<byte> next = stackalloc byte[1];
        return _peeked = ReadInner(next) == 0 ? -1 : next[0];
    }

    /// <summary>Reads the tag and length at the start of a level.</summary>
    /// <param name="tag">The tag that belongs here.</param>
    /// <param name="name">The name of the level in the standard.</param>
    public BerLevel Enter(byte tag, string name)
    {
        int found = Peek();
        if (found < 0) throw Truncated();
        if (found != tag) throw errors.Damaged(string.Create(CultureInfo.InvariantCulture, $"there is no {name} at byte {BytesRead}"));
        Need();
        int first = Need();
        if (first == 0x80) return new BerLevel(null);
        if (first < 0x80) return new BerLevel(BytesRead + first);
        long length = 0;
        for (int i = first - 0x80; i > 0; i--)
        {
            if (length >= 1L << 48) throw errors.Damaged($"the length of {name} is damaged");
            length = (length << 8) | (byte)Need();
        }

        return new BerLevel(BytesRead + length);
    }

    /// <summary>Whether nothing of the level is left.</summary>
    public bool IsAtEnd(BerLevel level) => level.End is { } end ? BytesRead >= end : Peek() == 0;

    /// <summary>Reads the end of a level.</summary>
    /// <param name="level">The level.</param>
    /// <param name="name">Its name in the standard.</param>
    public void Leave(BerLevel level, string name)
    {
        bool isOver = level.End is { } end ? BytesRead == end : Need() == 0 && Need() == 0;
        if (!isOver) throw errors.Damaged($"{name} does not end where it should");
    }

    /// <summary>Reads one object.</summary>
    /// <param name="name">Its name in the standard.</param>
    /// <param name="convert">Converts it to the expected type.</param>
    public T ReadObject<T>(string name, Func<Asn1Object, T> convert)
    {
        if (Peek() < 0) throw Truncated();
        try
        {
            using var objects = new Asn1InputStream(this, CmsFormat.MaxHeaderSize, leaveOpen: true);
            return convert(objects.ReadObject());
        }
        // The exceptions of the library for bytes that are not this object. Errors of the disk are not caught.
        catch (Exception e) when (_failure is null && e is IOException or ArgumentException or InvalidCastException or InvalidOperationException)
        {
            throw Peek() < 0 ? Truncated() : errors.Damaged($"its {name} is damaged");
        }
    }

    /// <summary>Fills the buffer.</summary>
    public void ReadExact(Span<byte> buffer)
    {
        if (this.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) < buffer.Length) throw Truncated();
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        int read;
        if (_peeked >= 0)
        {
            buffer[0] = (byte)_peeked;
            _peeked = -1;
            read = 1;
        }
        else
        {
            read = ReadInner(buffer);
        }

        BytesRead += read;
        _left -= read;
        return _left >= 0 ? read : throw errors.Damaged("its header is too long");
    }

    public override int ReadByte()
    {
        Span<byte> next = stackalloc byte[1];
        return Read(next) == 0 ? -1 : next[0];
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException(); // the library reads synchronously

    private int Need() => ReadByte() is var next and >= 0 ? next : throw Truncated();

    private Exception Truncated() => errors.Damaged("the file is truncated");

    private int ReadInner(Span<byte> buffer)
    {
        try
        {
            return inner.Read(buffer);
        }
        catch (Exception e)
        {
            _failure = e;
            throw;
        }
    }
}

/// <summary>A constructed object whose content is read piece by piece.</summary>
/// <param name="End">Where it ends; null if a mark of two zero bytes ends it.</param>
internal readonly record struct BerLevel(long? End);
